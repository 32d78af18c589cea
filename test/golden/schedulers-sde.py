"""Golden numbers of DPMSolverSDEScheduler with a Brownian path that needs no torchsde.   usage: schedulers-sde.py OUT.json [--seed 0]

As schedulers.py, but for the noise: the class asks a noise sampler for W(sigma) - W(sigma_next), divided by the root of
their distance. Here each call of step draws one torch.randn from the case's generator for the part of the path that is
new, and the second call of a step adds the part that the first one used.
"""
import argparse, json, sys, types
import torch
import diffusers
sys.modules.setdefault('torchsde', types.SimpleNamespace())  # used only by the noise sampler that is replaced here
from diffusers.schedulers.scheduling_dpmsolver_sde import DPMSolverSDEScheduler
from schedulers import SD, SHAPE, POS, network, nums

class Path:
    def __init__(self, generator): self.generator, self.last = generator, None
    def __call__(self, sigma, sigma_next):
        sigma, sigma_next = float(sigma), float(sigma_next)
        z = torch.randn(SHAPE, generator=self.generator)
        if self.last is None or self.last[0] != sigma:
            self.last = (sigma, sigma_next, z); return z
        _, middle, first = self.last; self.last = None
        whole = sigma - sigma_next
        return first * ((sigma - middle) / whole) ** 0.5 + z * ((middle - sigma_next) / whole) ** 0.5

def run(config, steps, seed, begin=0):
    sch = DPMSolverSDEScheduler.from_config(config); sch.set_timesteps(steps); ts = sch.timesteps
    noise = torch.randn(SHAPE, generator=torch.Generator('cpu').manual_seed(seed))
    case = dict(scheduler='DPMSolverSDEScheduler', config=config, set_timesteps=dict(num_inference_steps=steps), seed=seed, begin=begin, timesteps=nums(ts), sigmas=nums(sch.sigmas), init_noise_sigma=float(sch.init_noise_sigma))
    x = noise * sch.init_noise_sigma
    if begin:
        sch.set_begin_index(begin * sch.order)
        x = sch.add_noise(torch.sin(0.37 * POS), noise, ts[begin * sch.order:begin * sch.order + 1]); case['added_noise'] = nums(x); ts = ts[begin * sch.order:]
    sch.noise_sampler = Path(torch.Generator('cpu').manual_seed(seed + 1)); out = []
    for t in ts:
        x = sch.step(network(sch.scale_model_input(x, t), t), t, x).prev_sample; out.append(nums(x))
    return {**case, 'samples': out}

if __name__ == '__main__':
    ap = argparse.ArgumentParser(); ap.add_argument('out'); ap.add_argument('--seed', type=int, default=0); a = ap.parse_args(); torch.set_num_threads(1)
    cases = [run({**SD, 'prediction_type': p, 'timestep_spacing': sp, 'steps_offset': 1 if sp == 'leading' else 0}, 6, a.seed + k) for k, (p, sp) in enumerate([(p, sp) for p in ['epsilon', 'v_prediction'] for sp in ['linspace', 'leading', 'trailing']])]
    cases += [run({**SD, f'use_{s}_sigmas': True}, 5, a.seed + 10 + k) for k, s in enumerate(['karras', 'exponential', 'beta'])]
    cases += [run({**SD}, 8, a.seed + 20 + b, begin=b) for b in [3, 6]]
    json.dump(dict(torch=torch.__version__, shape=SHAPE, cases=cases), open(a.out, 'w'), separators=(',', ':')); print(len(cases), 'cases')
