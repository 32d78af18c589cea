import { createHash } from "node:crypto";
import { type APIAttachment, AttachmentFlags } from "discord-api-types/v10";
import type { AttachmentInput } from "./discord-simulator.ts";
import { pictureHeader } from "./picture-header.ts";

/** Discord's links of attachments are valid for 24 hours (discord-api-docs, reference.mdx, "Signed Attachment CDN URLs"). */
const LINK_MS = 86_400_000;

export interface Attachments {
  /** Keeps a file and describes it as Discord does, with a signed link that expires. */
  store(
    channelId: string,
    file: AttachmentInput,
    about?: { readonly description?: string; readonly spoiler?: boolean },
  ): APIAttachment;
  /** Keeps a person's picture; resolves to what Discord calls it. */
  storeAvatar(userId: string, file: AttachmentInput): string;
  /** The file behind a path of the CDN, "gone" when the link has expired. */
  read(url: URL): AttachmentInput | "gone" | undefined;
}

/** The simulated CDN's files, in memory. */
export function createAttachments(deps: { newId(): string; now(): number; cdnUrl(): string }): Attachments {
  const files = new Map<string, AttachmentInput>();

  return {
    store(channelId, file, about = {}) {
      const id = deps.newId();
      const size = pictureHeader(file.bytes);
      const filename = file.filename.replaceAll(/[^\w.-]+/g, "_");
      const path = `/attachments/${channelId}/${id}/${filename}`;
      files.set(path, file);
      const expires = Math.floor((deps.now() + LINK_MS) / 1000).toString(16);
      const query = `?ex=${expires}&is=${Math.floor(deps.now() / 1000).toString(16)}&hm=${id}&`;
      const spoiler = about.spoiler === true || filename.startsWith("SPOILER_");
      return {
        id,
        filename,
        size: file.bytes.length,
        url: `${deps.cdnUrl()}${path}${query}`,
        proxy_url: `${deps.cdnUrl()}${path}${query}`,
        content_type: file.contentType,
        ...(size ?? (file.widthPx === undefined ? {} : { width: file.widthPx, height: file.heightPx ?? file.widthPx })),
        ...(about.description === undefined ? {} : { description: about.description }),
        ...(spoiler ? { flags: AttachmentFlags.IsSpoiler } : {}),
      };
    },
    storeAvatar(userId, file) {
      const hash = createHash("md5").update(file.bytes).digest("hex");
      files.set(`/avatars/${userId}/${hash}.png`, file);
      return hash;
    },
    read(url) {
      const file = files.get(url.pathname);
      if (!file || url.pathname.startsWith("/avatars/")) return file;
      const expiresAtMs = Number.parseInt(url.searchParams.get("ex") ?? "0", 16) * 1000;
      return expiresAtMs > deps.now() ? file : "gone";
    },
  };
}
