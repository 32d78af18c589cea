import { HubApiError, listFiles, modelInfo } from "@huggingface/hub";
import { UserError } from "../core/errors.ts";
import type { ListedFile } from "./select-files.ts";

/** The Hugging Face hub, or a mirror. */
export interface Hub {
  /** e.g. https://huggingface.co */
  readonly endpoint: string;
  /** hf_…; empty = none. */
  readonly token: string;
}

/** A file of a repository with what proves it: LFS files have the sha256 of their content, others git's blob id. */
export interface HubFile extends ListedFile {
  readonly hash: { readonly kind: "sha256" | "git"; readonly hex: string };
}

/** A model repository at one commit. */
export interface HubListing {
  readonly repo: string;
  /** The commit that `revision` stands for: everything is read at this one. */
  readonly commit: string;
  readonly licence: string | undefined;
  readonly licenceLink: string | undefined;
  readonly files: readonly HubFile[];
}

const REPO = /^[\w.-]+\/[\w.-]+$|^[\w.-]+$/;
const UNSAFE = /(^|\/)\.\.?(\/|$)|^\/|\\|\p{Cc}/u;

/**
 * What a model repository holds. Rejects with UserError hub-refused that says what to do: no such model, private or gated, hub not
 * reachable.
 */
export async function listHubModel(repo: string, revision: string, hub: Hub): Promise<HubListing> {
  if (!REPO.test(repo)) throw refused(repo, hub, "a model is named like owner/name");
  const access = { hubUrl: hub.endpoint, ...(hub.token === "" ? {} : { accessToken: hub.token }) };
  try {
    const { sha, cardData } = await modelInfo({
      name: repo,
      revision,
      additionalFields: ["sha", "cardData"],
      ...access,
    });
    const files: HubFile[] = [];
    const listing = listFiles({ repo: { type: "model", name: repo }, recursive: true, revision: sha, ...access });
    for await (const { type, path, size, oid, lfs } of listing) {
      if (type !== "file") continue;
      if (UNSAFE.test(path))
        throw refused(repo, hub, `it lists the file ${JSON.stringify(path)}, which could lie anywhere`);
      const hash = lfs ? ({ kind: "sha256", hex: lfs.oid } as const) : ({ kind: "git", hex: oid ?? "" } as const);
      files.push({ path, bytes: lfs?.size ?? size, hash });
    }
    const card = (cardData ?? {}) as Readonly<Record<string, unknown>>;
    return { repo, commit: sha, licence: licenceOf(card), licenceLink: textOf(card["license_link"]), files };
  } catch (error) {
    throw error instanceof UserError ? error : refused(repo, hub, reasonOf(error), error);
  }
}

/** Where a file of a listing is downloaded. */
export function hubFileUrl({ repo, commit }: HubListing, path: string, hub: Hub): string {
  return `${hub.endpoint}/${repo}/resolve/${commit}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** “other” is a heading for licences with names of their own. */
function licenceOf(card: Readonly<Record<string, unknown>>): string | undefined {
  const licence = textOf(card["license"]);
  return licence === "other" ? (textOf(card["license_name"]) ?? licence) : licence;
}

function textOf(value: unknown): string | undefined {
  const [first] = [value].flat();
  return typeof first === "string" && first !== "" ? first : undefined;
}

function refused(repo: string, { endpoint }: Hub, reason: string, cause?: unknown): UserError {
  return new UserError("hub-refused", { repo, endpoint, reason }, { cause });
}

function reasonOf(error: unknown): string {
  if (error instanceof HubApiError) return hubReason(error.statusCode);
  const { cause, message } = error as Error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined ? message : `there is no answer (${code})`;
}

/** What a status of the hub means for whoever wants a model. */
export function hubReason(status: number): string {
  if (status === 401 || status === 403)
    return "there is no such model, or it is private, or its owner's terms must be accepted on its page first; then put your access token into HF_TOKEN";
  if (status === 404) return "there is no such model, or no such revision of it";
  if (status === 429) return "the hub wants fewer requests; try again later";
  return `the hub answered with status ${status}`;
}
