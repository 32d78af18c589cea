import type { Clock } from "../../core/clock.ts";
import type { BlobRef } from "../../core/image-request.ts";
import type { Logger } from "../../core/logger.ts";
import type { MessagePicture } from "../../core/message.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import { workspaceKey, type Workspace } from "./address.ts";
import { ATTACHMENT_BYTES, PLATFORM_LIMITS } from "./limits.ts";
import type { ShownFile } from "./render-message.ts";
import type { SlackApi } from "./slack-api.ts";

/** The best file of a picture with at most `maxBytes`; rejects with UserError picture-too-large. */
export type FitPicture = (
  bytes: Uint8Array,
  limits: {
    readonly maxBytes: number;
    readonly imageTypes: readonly ("image/png" | "image/webp" | "image/jpeg")[];
  },
) => Promise<{ readonly bytes: Uint8Array; readonly mimeType: string; readonly extension: string }>;

export interface UploadDeps {
  readonly api: SlackApi;
  readonly store: KeyValueStore;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  readonly fit: FitPicture;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Where a file that is shared by Slack itself goes. */
export interface Share {
  readonly channel: string;
  readonly thread: string | null;
  readonly comment: string;
}

export interface Uploads {
  /** The pictures as files that the workspace has and has finished with: each is uploaded once, seen by nobody until a message shows it. */
  ensure(workspace: Workspace, pictures: readonly MessagePicture[]): Promise<readonly ShownFile[]>;
  /** Slack does not know these files, whatever was stored. */
  forget(workspace: Workspace, pictures: readonly MessagePicture[]): Promise<void>;
  /** Uploads again, for a channel this time; resolves to the links of the files, with whether the channel shows them. */
  share(
    workspace: Workspace,
    pictures: readonly MessagePicture[],
    to: Share,
  ): Promise<{ readonly files: readonly string[]; readonly ts: string | undefined; readonly links: readonly string[] }>;
  permalink(workspace: Workspace, file: string): Promise<string | undefined>;
  remove(workspace: Workspace, files: readonly string[]): Promise<void>;
}

interface FileInfo {
  readonly file?: {
    readonly mimetype?: string;
    readonly permalink?: string;
    readonly thumb_64?: string;
    readonly shares?: Readonly<Record<string, Readonly<Record<string, readonly { readonly ts: string }[]>>>>;
  };
}

const KEPT_MS = 400 * 24 * 3_600_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 1000;
const PATIENCE_MS = 10_000;
const MIN_UPLOAD_MS = 15_000;
/** A slow office line. */
const BYTES_PER_MS = 32;

/** Files in Slack: asked for, sent, completed, and waited for until Slack has looked at them. */
export function createUploads(deps: UploadDeps): Uploads {
  const { api, store, clock, log } = deps;
  const uploading = new Map<string, Promise<string>>();

  async function send(
    workspace: Workspace,
    { blob, fileName }: MessagePicture,
  ): Promise<{ id: string; title: string }> {
    const { bytes, extension } = await deps.fit(await deps.readBlob(blob), {
      maxBytes: ATTACHMENT_BYTES,
      imageTypes: PLATFORM_LIMITS.imageTypes,
    });
    const title = fileName.replace(/\.\w+$/, "") + extension;
    // The picture's description goes into the message: given here, it can make the share vanish.
    const { upload_url: url, file_id: id } = await api.call<{ upload_url?: string; file_id?: string }>(workspace, {
      method: "files.getUploadURLExternal",
      args: { filename: title, length: bytes.length },
      repeatable: true,
    });
    if (url === undefined || id === undefined) throw new Error("Slack gave no address for an upload");
    const response = await fetch(url, {
      method: "POST",
      body: new Uint8Array(bytes),
      headers: { "content-type": "application/octet-stream" },
      signal: AbortSignal.timeout(MIN_UPLOAD_MS + Math.ceil(bytes.length / BYTES_PER_MS)),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`Slack answers ${response.status} to an upload`);
    return { id, title };
  }

  async function upload(workspace: Workspace, picture: MessagePicture): Promise<string> {
    const file = await send(workspace, picture);
    await complete(workspace, [file], {});
    await finished(workspace, file.id, (info) => info?.mimetype !== undefined && info.mimetype !== "");
    return file.id;
  }

  function complete(workspace: Workspace, files: readonly { id: string; title: string }[], to: object) {
    const args = { files, ...to };
    return api.call(workspace, { method: "files.completeUploadExternal", args, repeatable: false });
  }

  /** Looks until a file is as wanted, or for ten seconds; resolves to what Slack said last. */
  async function finished(
    workspace: Workspace,
    file: string,
    isDone: (info: FileInfo["file"]) => boolean,
  ): Promise<FileInfo["file"]> {
    const startedAt = clock.now();
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_LOOK_MS)) {
      const { file: info } = await api.call<FileInfo>(workspace, {
        method: "files.info",
        args: { file },
        repeatable: true,
      });
      if (isDone(info) || clock.now() - startedAt > PATIENCE_MS) return info;
      await new Promise<void>((resolve) => clock.after(waitMs, resolve, { keepAlive: true }));
    }
  }

  async function ensureOne(workspace: Workspace, picture: MessagePicture): Promise<string> {
    const key = fileKey(workspace, picture);
    const known = await store.get<string>(key);
    if (known !== undefined) return known;
    const underWay = uploading.get(key) ?? upload(workspace, picture);
    uploading.set(key, underWay);
    try {
      const id = await underWay;
      await store.set(key, id, KEPT_MS);
      return id;
    } finally {
      uploading.delete(key);
    }
  }

  return {
    async ensure(workspace, pictures) {
      const files: ShownFile[] = [];
      // One after the other: each is decoded and encoded in memory.
      for (const picture of pictures) {
        const { altText, spoiler } = picture;
        files.push({ id: await ensureOne(workspace, picture), altText, spoiler });
      }
      return files;
    },
    async forget(workspace, pictures) {
      for (const picture of pictures) await store.delete(fileKey(workspace, picture));
    },
    async share(workspace, pictures, { channel, thread, comment }) {
      const files: { id: string; title: string }[] = [];
      for (const picture of pictures) files.push(await send(workspace, picture));
      await complete(workspace, files, {
        channel_id: channel,
        initial_comment: comment,
        ...(thread === null ? {} : { thread_ts: thread }),
      });
      const infos: FileInfo["file"][] = [];
      for (const { id } of files)
        infos.push(await finished(workspace, id, (info) => shareOf(info, channel) !== undefined));
      return {
        files: files.map(({ id }) => id),
        ts: shareOf(infos[0], channel),
        links: infos.flatMap((info) => (info?.permalink === undefined ? [] : [info.permalink])),
      };
    },
    async permalink(workspace, file) {
      const { file: info } = await api.call<FileInfo>(workspace, {
        method: "files.info",
        args: { file },
        repeatable: true,
      });
      return info?.permalink;
    },
    async remove(workspace, files) {
      for (const file of files) {
        try {
          await api.call(workspace, { method: "files.delete", args: { file }, repeatable: true });
        } catch (error) {
          // Gone already, or not ours any more: the message is what people see.
          log.warn("a file in Slack could not be deleted", { file, error });
        }
      }
    },
  };
}

/** The message of a channel that shows a file. */
function shareOf(info: FileInfo["file"], channel: string): string | undefined {
  return Object.values(info?.shares ?? {})
    .flatMap((channels) => channels[channel] ?? [])
    .at(0)?.ts;
}

function fileKey(workspace: Workspace, { blob }: Pick<MessagePicture, "blob">): string {
  return `slack:file:${workspaceKey(workspace)}:${blob.sha256}`;
}
