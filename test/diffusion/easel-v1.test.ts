import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { goldenDir, listGolden, readNpy } from "../support/golden.ts";

const model = fileURLToPath(new URL("../../models/easel-v1", import.meta.url));
const GRAPHS: Readonly<Record<string, string>> = {
  text_encoder: "last_hidden_state",
  unet: "out_sample",
  vae_encoder: "latent_sample",
  vae_decoder: "sample",
};

describe("the graphs of easel-v1 against PyTorch", () => {
  it.each(Object.entries(GRAPHS))("%s differs by less than 1e-3", async (graph, output) => {
    const session = await InferenceSession.create(join(model, graph, "model.onnx"));
    const files = listGolden("picture-memory", graph).map((file) => file.replace(".npy", ""));
    const read = (name: string) => readNpy(join(goldenDir("picture-memory", graph), `${name}.npy`));
    const inputs = files.filter((name) => name !== output);
    const feeds = inputs.map((name) => {
      const { data, dims } = read(name);
      const tensor =
        name === "input_ids" ? new Tensor("int64", BigInt64Array.from(data, BigInt), dims) : new Tensor(data, dims);
      return [name, tensor] as const;
    });

    const results = await session.run(Object.fromEntries(feeds));

    const [got, wanted] = [results[output]!.data as Float32Array, read(output).data];
    expect(got.length).toBe(wanted.length);
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(1e-3);
    await session.release();
  });
});
