"""Golden numbers of scheduler options that schedulers.py leaves out, in its format.   usage: schedulers-options.py OUT.json [--seed 900]"""
import argparse, json
import torch
from schedulers import SD, SHAPE, run

FLOW = dict(use_flow_sigmas=True, prediction_type='flow_prediction')
BETAS = [float(b) for b in torch.linspace(0.02, 0.1, 20)]

def cases():
    def add(name, steps=6, set_kwargs=None, begin=0, step=None, base=SD, **c): L.append((name, {**base, **c}, steps, set_kwargs, begin, None, step))
    L = []
    for name in ['DDIMScheduler', 'EulerDiscreteScheduler', 'DPMSolverMultistepScheduler']: add(name, base={}, num_train_timesteps=20, trained_betas=BETAS)
    for schedule in ['laplace', 'sigmoid']: add('DDPMScheduler', base={}, beta_schedule=schedule)
    add('HeunDiscreteScheduler', base={}, beta_schedule='exp')
    add('DDPMScheduler', steps=None, set_kwargs={'timesteps': [900, 600, 300, 20]})
    add('DDPMScheduler', prediction_type='sample', thresholding=True, sample_max_value=2.0)
    add('PNDMScheduler', steps=1, skip_prk_steps=True); add('PNDMScheduler', prediction_type='v_prediction', skip_prk_steps=False, set_alpha_to_one=True)
    # Karras and others: ends of their own, timesteps of one's own
    for name in ['EulerDiscreteScheduler', 'UniPCMultistepScheduler', 'HeunDiscreteScheduler', 'DEISMultistepScheduler']: add(name, use_karras_sigmas=True, sigma_min=0.05, sigma_max=9.0)
    add('EulerDiscreteScheduler', base={**SD, 'beta_schedule': 'squaredcos_cap_v2'}, use_karras_sigmas=True)
    add('KDPM2AncestralDiscreteScheduler', use_karras_sigmas=True); add('KDPM2AncestralDiscreteScheduler', use_exponential_sigmas=True)
    for name in ['HeunDiscreteScheduler', 'DPMSolverMultistepScheduler', 'DPMSolverSinglestepScheduler']: add(name, steps=None, set_kwargs={'timesteps': [950, 700, 420, 130]})
    add('HeunDiscreteScheduler', clip_sample=True, clip_sample_range=1.5); add('EulerDiscreteScheduler', step={'s_churn': 4.0}, prediction_type='v_prediction', use_karras_sigmas=True); add('EulerDiscreteScheduler', step={'s_churn': 100.0})
    # the DPM family
    add('DPMSolverMultistepScheduler', algorithm_type='dpmsolver', final_sigmas_type='sigma_min', thresholding=True, sample_max_value=1.3); add('DPMSolverMultistepScheduler', algorithm_type='deis', solver_type='logrho', final_sigmas_type='sigma_min'); add('DPMSolverMultistepScheduler', solver_order=3, steps=16); add('DPMSolverMultistepScheduler', solver_order=3, steps=16, euler_at_final=True, final_sigmas_type='sigma_min')
    for name in ['DPMSolverMultistepScheduler', 'DPMSolverSinglestepScheduler', 'DEISMultistepScheduler']: add(name, use_dynamic_shifting=True, set_kwargs={'mu': 0.7}, **FLOW)
    for so in [1, 2, 3]: add('DPMSolverSinglestepScheduler', algorithm_type='sde-dpmsolver++', solver_order=so, solver_type='heun'); add('DPMSolverSinglestepScheduler', solver_order=so, solver_type='heun', lower_order_final=True, steps=9); add('DPMSolverSinglestepScheduler', solver_order=so, lower_order_final=True, steps=11, final_sigmas_type='sigma_min')
    add('DPMSolverSinglestepScheduler', steps=7); add('DPMSolverSinglestepScheduler', steps=7, final_sigmas_type='sigma_min'); add('DPMSolverSinglestepScheduler', lambda_min_clipped=-4.0, beta_schedule='squaredcos_cap_v2', algorithm_type='sde-dpmsolver++')
    add('UniPCMultistepScheduler', use_dynamic_shifting=True, set_kwargs={'mu': 0.7}, **FLOW); add('UniPCMultistepScheduler', use_dynamic_shifting=True, time_shift_type='linear', set_kwargs={'mu': 1.7}, **FLOW); add('UniPCMultistepScheduler', shift_terminal=0.1, flow_shift=2.0, **FLOW); add('UniPCMultistepScheduler', use_karras_sigmas=True, final_sigmas_type='sigma_min', **FLOW)
    add('UniPCMultistepScheduler', lower_order_final=False, final_sigmas_type='sigma_min', solver_order=3); add('UniPCMultistepScheduler', predict_x0=False, solver_order=3, solver_type='bh1', final_sigmas_type='sigma_min', prediction_type='v_prediction'); add('UniPCMultistepScheduler', thresholding=True, sample_max_value=1.4); add('UniPCMultistepScheduler', solver_type='midpoint', begin=3)
    add('DEISMultistepScheduler', solver_order=3, lower_order_final=False); add('DEISMultistepScheduler', thresholding=True, sample_max_value=1.4, solver_order=3, steps=16)
    # few-step
    add('LCMScheduler', steps=3, set_kwargs={'original_inference_steps': 100, 'strength': 0.6}, clip_sample=True, clip_sample_range=0.8); add('LCMScheduler', steps=None, set_kwargs={'timesteps': [999, 759, 499, 259], 'strength': 0.5}); add('LCMScheduler', steps=4, prediction_type='sample', timestep_scaling=2.0, thresholding=True)
    add('TCDScheduler', steps=4, set_kwargs={'original_inference_steps': 50}, step={'eta': 0.3}); add('TCDScheduler', steps=3, prediction_type='v_prediction', set_kwargs={'strength': 0.7}); add('TCDScheduler', steps=None, set_kwargs={'timesteps': [999, 700, 300]}, prediction_type='sample')
    # EDM and flow matching
    add('EDMEulerScheduler', base={}, sigma_max=20.0, rho=5.0, final_sigmas_type='sigma_min', step={'s_churn': 3.0, 's_noise': 1.003}); add('EDMDPMSolverMultistepScheduler', base={}, solver_order=3, solver_type='heun', steps=16, thresholding=True); add('EDMDPMSolverMultistepScheduler', base={}, euler_at_final=True, prediction_type='v_prediction')
    add('FlowMatchEulerDiscreteScheduler', base={}, steps=4, set_kwargs={'timesteps': [1000.0, 700.0, 400.0, 100.0]}, shift=3.0); add('FlowMatchEulerDiscreteScheduler', base={}, use_karras_sigmas=True, sigma_min=0.01, sigma_max=0.9); add('FlowMatchEulerDiscreteScheduler', base={}, use_dynamic_shifting=True, stochastic_sampling=True, shift_terminal=0.02, set_kwargs={'mu': 1.1}); add('FlowMatchEulerDiscreteScheduler', base={}, steps=4, use_dynamic_shifting=True, set_kwargs={'mu': 1.1, 'sigmas': [1.0, 0.75, 0.5, 0.25]})
    add('FlowMatchHeunDiscreteScheduler', base={}, shift=3.0, step={'s_churn': 1.0, 's_noise': 1.01}); add('FlowMatchLCMScheduler', base={}, use_dynamic_shifting=True, time_shift_type='linear', set_kwargs={'mu': 1.5}, steps=3)
    return L

if __name__ == '__main__':
    ap = argparse.ArgumentParser(); ap.add_argument('out'); ap.add_argument('--seed', type=int, default=900); a = ap.parse_args(); torch.set_num_threads(1)
    out = [run(name, config, steps, a.seed + k, kw, begin, note, step) for k, (name, config, steps, kw, begin, note, step) in enumerate(cases())]
    json.dump(dict(torch=torch.__version__, shape=SHAPE, cases=out), open(a.out, 'w'), separators=(',', ':')); print(len(out), 'cases')
