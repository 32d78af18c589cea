import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadModel } from "../../../src/diffusion/load/load-model.ts";
import { concatenate } from "../../../src/diffusion/noise.ts";
import { createEmbeddingCache } from "../../../src/diffusion/text/embedding-cache.ts";
import { createPromptEncoder } from "../../../src/diffusion/text/encode-prompt.ts";
import { withEmbeddings } from "../../../src/diffusion/text/textual-inversion.ts";
import { readInitializers } from "../../../src/onnx/initializers.ts";
import { openSession } from "../../../src/onnx/open-session.ts";
import { readNpy } from "../../support/golden.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { sessionOptions, shippedFolder } from "../shipped-model.ts";

const WIDTH = 32;

/** A .safetensors file with one float32 tensor. */
function safetensors(name: string, dims: readonly number[], data: Float32Array): Buffer {
  const header = JSON.stringify({ [name]: { dtype: "F32", shape: dims, data_offsets: [0, data.byteLength] } });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), Buffer.from(data.buffer, data.byteOffset, data.byteLength)]);
}

/** A copy of a golden model, and the rows of its token table for a text. */
async function modelFolder(name: string) {
  const folder = join(temporaryFolder(), name);
  cpSync(shippedFolder(`test/golden/pipelines/${name}/model`), folder, { recursive: true });
  mkdirSync(join(folder, "embeddings"));
  const plain = await loadModel(folder, { openSession, sessionOptions });
  const tables = readInitializers(join(folder, "text_encoder/model.onnx"), (key) =>
    key.endsWith("token_embedding.weight"),
  );
  const [table] = [...tables.values()];
  const rowsOf = (text: string) =>
    concatenate(
      plain.textEncoders[0]!.tokenizer.encode(text).map((id) => table!.data.slice(id * WIDTH, (id + 1) * WIDTH)),
    );
  return { folder, plain, rowsOf };
}

const options = () => ({ openSession, sessionOptions, workFolder: temporaryFolder() });

describe("withEmbeddings", () => {
  it.each(["sd1-pndm", "sd1-external-data"])("teaches %s a word that means what its vectors mean", async (name) => {
    const { folder, plain, rowsOf } = await modelFolder(name);
    const rows = rowsOf("red dragon");
    writeFileSync(
      join(folder, "embeddings/My-Pet.safetensors"),
      safetensors("emb_params", [rows.length / WIDTH, WIDTH], rows),
    );

    const taught = await withEmbeddings(plain, options());
    const encode = (syntax: boolean, of: typeof plain, prompt: string) =>
      createPromptEncoder(of, createEmbeddingCache(1e6), syntax).encode(0, prompt);
    const wanted = await encode(false, plain, "a red dragon in a garden");
    const got = await encode(false, taught, "a my-pet in a garden");
    const weighted = await encode(true, taught, "a (my-pet) in a garden");
    const weightedWords = await encode(true, plain, "a (red dragon) in a garden");
    await taught.release();

    expect(got.hidden).toEqual(wanted.hidden);
    expect(weighted.hidden).toEqual(weightedWords.hidden);
  });

  it("gives the states that diffusers gives, for words of one vector and of several", async () => {
    const golden = JSON.parse(readFileSync(shippedFolder("test/golden/textual-inversion/prompts.json"), "utf8")) as {
      model: string;
      prompts: string[];
    };
    const states = readNpy(shippedFolder("test/golden/textual-inversion/states.npy"));
    const folder = join(temporaryFolder(), golden.model);
    cpSync(shippedFolder(`test/golden/pipelines/${golden.model}/model`), folder, { recursive: true });
    cpSync(shippedFolder("test/golden/textual-inversion/embeddings"), join(folder, "embeddings"), { recursive: true });

    const taught = await withEmbeddings(await loadModel(folder, { openSession, sessionOptions }), options());
    const encoder = createPromptEncoder(taught, createEmbeddingCache(1e6), false);
    const got: Float32Array[] = [];
    for (const prompt of golden.prompts) got.push((await encoder.encode(0, prompt)).hidden.data);
    await taught.release();

    const all = concatenate(got);
    expect(states.dims).toEqual([golden.prompts.length, 77, WIDTH]);
    expect(all.reduce((most, value, i) => Math.max(most, Math.abs(value - states.data[i]!)), 0)).toBeLessThan(1e-4);
  });

  it("knows words in diffusers' form by their key", async () => {
    const { folder, plain, rowsOf } = await modelFolder("sd1-pndm");
    writeFileSync(
      join(folder, "embeddings/learned_embeds.safetensors"),
      safetensors("<cat>", [WIDTH], rowsOf("rabbit").slice(0, WIDTH)),
    );

    const taught = await withEmbeddings(plain, options());
    const { tokenizer } = taught.textEncoders[0]!;
    const ids = tokenizer.encode("a <cat> here");
    await taught.release();

    const words = plain.textEncoders[0]!.tokenizer;
    expect(ids).toEqual([...words.encode("a"), Math.max(...ids), ...words.encode("here")]);
    expect(Math.max(...ids)).toBeGreaterThan(words.eosId);
  });

  it("removes its copy of the graph when the model is released", async () => {
    const { folder, plain, rowsOf } = await modelFolder("sd1-pndm");
    writeFileSync(
      join(folder, "embeddings/pet.safetensors"),
      safetensors("emb_params", [1, WIDTH], rowsOf("fox").slice(0, WIDTH)),
    );
    const own = options();

    const taught = await withEmbeddings(plain, own);
    const during = readdirSync(own.workFolder).length;
    await taught.release();

    expect([during, readdirSync(own.workFolder)]).toEqual([1, []]);
  });

  it("gives a model without embeddings back as it is", async () => {
    const { plain } = await modelFolder("sd1-pndm");

    const same = await withEmbeddings(plain, options());
    await plain.release();

    expect(same).toBe(plain);
  });

  it("refuses vectors that fit no encoder", async () => {
    const { folder, plain } = await modelFolder("sd1-pndm");
    writeFileSync(
      join(folder, "embeddings/wide.safetensors"),
      safetensors("emb_params", [1, 48], new Float32Array(48)),
    );

    const teaching = withEmbeddings(plain, options());

    await expect(teaching).rejects.toThrow("the vectors of embeddings/ “wide” fit none of its text encoders");
    await plain.release();
  });

  it("refuses a file that is not safetensors", async () => {
    const { folder, plain } = await modelFolder("sd1-pndm");
    writeFileSync(join(folder, "embeddings/bad.safetensors"), "PK\u0003\u0004 not it");

    await expect(withEmbeddings(plain, options())).rejects.toThrow(
      "embeddings/bad.safetensors cannot be read: it is not a safetensors file",
    );
    await plain.release();
  });
});
