import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import init, { WasmBuilder, WasmReader } from "@contentauth/c2pa-wasm";
import { coseSign1 } from "./cose-sign1.ts";
import type { CredentialAuthority } from "./credential-authority.ts";
import { imageTypeOf } from "./image-type.ts";
import type { ImageType } from "./image-type.ts";
import { digitalSourceAddress } from "./xmp.ts";
import type { DigitalSource } from "./xmp.ts";

/** What content credentials say. Nothing about people and no prompt: they travel with the picture. */
export interface CredentialFacts {
  readonly source: DigitalSource;
  /** Program and version, e.g. "Easel 0.1.0". */
  readonly program: string;
  readonly model: string;
  readonly createdAt: number;
}

/** Room for the signature beside its certificates. */
const SIGNATURE_BYTES = 512;
/** What signing adds to a file at most, for those who have to keep a limit. */
export const CREDENTIALS_BYTES = 8192;

/**
 * The picture file with C2PA content credentials: who made it, how, and a hash by which every later change shows. Goes last: it covers all
 * bytes. Rejects when the file is damaged.
 */
export async function signPicture(
  bytes: Uint8Array,
  type: ImageType,
  facts: CredentialFacts,
  authority: CredentialAuthority,
): Promise<Uint8Array> {
  await loadC2pa();
  const [name = facts.program, version] = facts.program.split(" ");
  const softwareAgent = { name, ...(version === undefined ? {} : { version }) };
  const definition = {
    claim_generator_info: [softwareAgent],
    format: type,
    assertions: [
      {
        label: "c2pa.actions.v2",
        data: {
          actions: [
            {
              action: "c2pa.created",
              when: new Date(facts.createdAt).toISOString(),
              digitalSourceType: digitalSourceAddress(facts.source),
              softwareAgent,
              description: `Drawn by the model ${facts.model}`,
            },
          ],
        },
      },
    ],
  };
  const settings = { verify: { verify_after_sign: false }, builder: { thumbnail: { enabled: false } } };
  const builder = WasmBuilder.fromJson(JSON.stringify(definition), JSON.stringify(settings));
  try {
    const { chain, sign } = authority;
    const size = chain.reduce((sum, { length }) => sum + length, SIGNATURE_BYTES);
    const signer = {
      alg: "es256",
      reserveSize: size,
      sign: async (payload: Uint8Array) => Uint8Array.from(coseSign1({ payload, chain, size, sign })),
    };
    return await builder.sign(signer, [], type, toBlob(bytes));
  } finally {
    builder.free();
  }
}

/** What a picture's content credentials amount to. */
export interface CredentialFinding {
  /** none: it has none. invalid: they do not fit it (changed after signing) or are damaged. valid: by somebody. trusted: by one of `anchors`. */
  readonly state: "none" | "invalid" | "valid" | "trusted";
  /** Who signed, in the certificate's words. */
  readonly signer?: string;
  /** The program, e.g. "Easel 0.1.0". */
  readonly generator?: string;
  /** Digital Source Type, e.g. trainedAlgorithmicMedia. */
  readonly source?: string;
  /** C2PA status codes of what is wrong. */
  readonly faults: readonly string[];
}

/** Reads and checks the content credentials of a picture file of any origin. `anchors`: PEM of the authorities to trust. Never goes online. */
export async function readCredentials(bytes: Uint8Array, anchors: string): Promise<CredentialFinding> {
  const type = imageTypeOf(bytes);
  if (type === undefined) return { state: "none", faults: [] };
  await loadC2pa();
  const settings = {
    verify: { verify_trust: true, remote_manifest_fetch: false, ocsp_fetch: false },
    ...(anchors === "" ? {} : { trust: { user_anchors: anchors } }),
  };
  try {
    const reader = await WasmReader.fromBytes(type, bytes, JSON.stringify(settings));
    try {
      return toFinding(JSON.parse(reader.json()) as ManifestStore);
    } finally {
      reader.free();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // c2pa-rs' error for files without a manifest.
    return reason.includes("JumbfNotFound")
      ? { state: "none", faults: [] }
      : { state: "invalid", faults: [reason.slice(0, 200)] };
  }
}

/** The part of the reader's report that we need. */
interface ManifestStore {
  readonly active_manifest?: string;
  readonly manifests?: Readonly<Record<string, Manifest>>;
  readonly validation_state?: string;
  readonly validation_results?: {
    readonly activeManifest?: { readonly failure?: readonly { readonly code: string }[] };
  };
}

interface Manifest {
  readonly claim_generator_info?: readonly { readonly name?: string; readonly version?: string }[];
  readonly signature_info?: { readonly issuer?: string; readonly common_name?: string };
  readonly assertions?: readonly {
    readonly label: string;
    readonly data?: { readonly actions?: readonly { readonly digitalSourceType?: string }[] };
  }[];
}

function toFinding(store: ManifestStore): CredentialFinding {
  const manifest = store.manifests?.[store.active_manifest ?? ""];
  const info = manifest?.claim_generator_info?.[0];
  const signer = manifest?.signature_info?.issuer ?? manifest?.signature_info?.common_name;
  const source = manifest?.assertions
    ?.filter(({ label }) => label.startsWith("c2pa.actions"))
    .flatMap(({ data }) => data?.actions ?? [])
    .find(({ digitalSourceType }) => digitalSourceType !== undefined)
    ?.digitalSourceType?.split("/")
    .pop();
  const failures = store.validation_results?.activeManifest?.failure ?? [];
  return {
    state: STATES[store.validation_state ?? ""] ?? "invalid",
    ...(signer === undefined ? {} : { signer }),
    ...(info?.name === undefined ? {} : { generator: [info.name, info.version].filter(Boolean).join(" ") }),
    ...(source === undefined ? {} : { source }),
    faults: failures.map(({ code }) => code),
  };
}

const STATES: Readonly<Record<string, CredentialFinding["state"]>> = { Valid: "valid", Trusted: "trusted" };

/** The package keeps one instance of its program for the whole process; it is compiled when first needed (9 MB, off the event loop). */
let loaded: Promise<unknown> | undefined;
function loadC2pa(): Promise<unknown> {
  loaded ??= (async () => {
    const path = createRequire(import.meta.url).resolve("@contentauth/c2pa-wasm/c2pa.wasm");
    globalThis.FileReaderSync ??= BytesReader;
    await init({ module_or_path: await readFile(path) });
  })();
  return loaded;
}

/** The package is made for browsers' workers: it cuts a Blob into slices and reads them through a FileReaderSync. These do as much as it uses. */
interface BytesBlob {
  readonly content: Uint8Array;
  readonly size: number;
  slice(start: number, end: number): BytesBlob;
}

function toBlob(content: Uint8Array): BytesBlob & Blob {
  const blob: BytesBlob = {
    content,
    size: content.length,
    slice: (start, end) => toBlob(content.subarray(start, end)),
  };
  return blob as BytesBlob & Blob;
}

class BytesReader {
  readAsArrayBuffer({ content }: BytesBlob): ArrayBuffer {
    return Uint8Array.from(content).buffer;
  }
}

declare global {
  var FileReaderSync: typeof BytesReader | undefined;
}
