import type { JsonObject } from "../discord/json.ts";
import { pictureHeader } from "../discord/picture-header.ts";
import type { Ids } from "./ids.ts";
import { SlackError } from "./slack-error.ts";
import type { Conversation, World } from "./world.ts";

/** A file, from the moment its upload address is handed out. */
export interface StoredFile {
  readonly id: string;
  readonly teamId: string;
  readonly userId: string;
  readonly name: string;
  readonly lengthBytes: number;
  readonly createdAtMs: number;
  readonly altText?: string;
  title: string;
  bytes?: Buffer;
  /** When Slack knows what it is; undefined until the upload is completed. */
  processedAtMs?: number;
  deleted: boolean;
  /** People and bots who see it though it is shared nowhere: files given to a modal. */
  readonly shownTo: Set<string>;
  readonly shares: { readonly conversation: Conversation; readonly ts: string; readonly threadTs?: string }[];
}

export interface Files {
  create(seed: {
    teamId: string;
    userId: string;
    name: string;
    lengthBytes: number;
    altText?: string;
    title?: string;
  }): StoredFile;
  /** Throws `file_not_found` for a file that is not there, or not visible to the user. */
  require(id: string, userId: string): StoredFile;
  get(id: string): StoredFile | undefined;
  all(): readonly StoredFile[];
  /** Starts the processing of uploaded bytes. */
  complete(file: StoredFile): void;
  isProcessed(file: StoredFile): boolean;
  isVisible(file: StoredFile, userId: string): boolean;
  /** The file as `files.info` shows it; without type and thumbnails before it is processed. */
  json(file: StoredFile): JsonObject;
  /** A slack_file reference, by id or address. */
  find(reference: JsonObject): StoredFile | undefined;
  /** How long processing takes from now on; infinity for a Slack that never finishes. */
  processingMs: number;
}

const TYPES: Readonly<Record<string, { mimetype: string; pretty: string }>> = {
  png: { mimetype: "image/png", pretty: "PNG" },
  jpg: { mimetype: "image/jpeg", pretty: "JPEG" },
  gif: { mimetype: "image/gif", pretty: "GIF" },
  webp: { mimetype: "image/webp", pretty: "WebP" },
  zip: { mimetype: "application/zip", pretty: "Zip" },
  txt: { mimetype: "text/plain", pretty: "Plain Text" },
  json: { mimetype: "application/json", pretty: "JSON" },
};
const THUMBNAIL_WIDTHS_PX = [64, 80, 160, 360, 480, 720, 800, 960, 1024];

/** Slack's file store. `originUrl()` is where the files can be fetched. */
export function createFiles(deps: {
  readonly ids: Ids;
  readonly now: () => number;
  readonly world: World;
  readonly originUrl: () => string;
  readonly processingMs: number;
}): Files {
  const files = new Map<string, StoredFile>();
  const isProcessed = (file: StoredFile) => file.processedAtMs !== undefined && file.processedAtMs <= deps.now();
  const isVisible = (file: StoredFile, userId: string) =>
    file.userId === userId ||
    file.shownTo.has(userId) ||
    file.shares.some(({ conversation }) => conversation.members.has(userId));

  const self: Files = {
    processingMs: deps.processingMs,
    create({ teamId, userId, name, lengthBytes, altText, title }) {
      const file: StoredFile = {
        id: deps.ids.next("F"),
        teamId,
        userId,
        name,
        lengthBytes,
        createdAtMs: deps.now(),
        ...(altText === undefined ? {} : { altText }),
        title: title ?? name,
        deleted: false,
        shownTo: new Set(),
        shares: [],
      };
      files.set(file.id, file);
      return file;
    },
    require(id, userId) {
      const file = files.get(id);
      if (!file || file.deleted || file.processedAtMs === undefined || !isVisible(file, userId))
        throw new SlackError("file_not_found");
      return file;
    },
    get: (id) => files.get(id),
    all: () => [...files.values()],
    complete(file) {
      file.processedAtMs = deps.now() + self.processingMs;
    },
    isProcessed,
    isVisible,
    find(reference) {
      const { id, url } = reference;
      return [...files.values()].find(
        (file) => !file.deleted && (file.id === id || (typeof url === "string" && addressesOf(file).includes(url))),
      );
    },
    json(file) {
      const processed = isProcessed(file);
      const type = processed ? typeOf(file) : { filetype: "", mimetype: "", pretty: "" };
      const created = Math.floor(file.createdAtMs / 1000);
      const [urlPrivate, urlDownload, permalink] = addressesOf(file);
      const within = (...kinds: readonly Conversation["kind"][]) => [
        ...new Set(
          file.shares.filter(({ conversation }) => kinds.includes(conversation.kind)).map((one) => one.conversation.id),
        ),
      ];
      return {
        id: file.id,
        created,
        timestamp: created,
        name: file.name,
        title: file.title,
        mimetype: type.mimetype,
        filetype: type.filetype,
        pretty_type: type.pretty,
        user: file.userId,
        user_team: file.teamId,
        editable: false,
        size: file.bytes?.length ?? file.lengthBytes,
        mode: "hosted",
        is_external: false,
        external_type: "",
        is_public: within("public").length > 0,
        public_url_shared: false,
        display_as_bot: false,
        username: "",
        url_private: urlPrivate,
        url_private_download: urlDownload,
        media_display_type: "unknown",
        ...(processed ? thumbnails(file, urlPrivate!) : {}),
        permalink,
        permalink_public: `${deps.originUrl()}/public/${file.teamId}-${file.id}`,
        channels: within("public"),
        groups: within("private", "mpim"),
        ims: within("im"),
        shares: sharesOf(file),
        comments_count: 0,
        is_starred: false,
        has_rich_preview: false,
        file_access: "visible",
        ...(file.altText === undefined ? {} : { alt_txt: file.altText }),
      };
    },
  };

  function addressesOf(file: StoredFile): readonly string[] {
    const base = `${deps.originUrl()}/files-pri/${file.teamId}-${file.id}`;
    const name = encodeURIComponent(file.name);
    return [
      `${base}/${name}`,
      `${base}/download/${name}`,
      `${deps.originUrl()}/files/${file.userId}/${file.id}/${name}`,
    ];
  }

  return self;
}

/** The type by the name's ending, as Slack guesses it; pictures by their first bytes. */
export function typeOf(file: StoredFile): { filetype: string; mimetype: string; pretty: string } {
  const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  const filetype = sniff(file.bytes) ?? (ending === "jpeg" ? "jpg" : ending);
  const known = TYPES[filetype];
  return known
    ? { filetype, ...known }
    : { filetype: "binary", mimetype: "application/octet-stream", pretty: "Binary" };
}

function sniff(bytes: Buffer | undefined): string | undefined {
  if (!bytes) return undefined;
  if (bytes.toString("latin1", 1, 4) === "PNG") return "png";
  if (bytes.toString("latin1", 0, 2) === "\u00ff\u00d8") return "jpg";
  if (bytes.toString("latin1", 0, 4) === "GIF8") return "gif";
  return bytes.toString("latin1", 8, 12) === "WEBP" ? "webp" : undefined;
}

function thumbnails(file: StoredFile, url: string): JsonObject {
  const size = pictureHeader(file.bytes ?? Buffer.alloc(0));
  if (!size) return {};
  const widths = THUMBNAIL_WIDTHS_PX.filter((width) => width <= 160 || width <= size.width);
  const thumbs = widths.flatMap((width) => {
    const height = width <= 160 ? width : Math.round((size.height * width) / size.width);
    const sized =
      width <= 160
        ? []
        : [
            [`thumb_${width}_w`, width],
            [`thumb_${width}_h`, height],
          ];
    return [[`thumb_${width}`, `${url}?thumb=${width}`], ...sized];
  });
  return { image_exif_rotation: 1, original_w: size.width, original_h: size.height, ...Object.fromEntries(thumbs) };
}

function sharesOf(file: StoredFile): JsonObject {
  const shares: Record<string, Record<string, JsonObject[]>> = {};
  for (const { conversation, ts, threadTs } of file.shares) {
    const group = (shares[conversation.kind === "public" ? "public" : "private"] ??= {});
    (group[conversation.id] ??= []).push({
      reply_users: [],
      reply_users_count: 0,
      reply_count: 0,
      ts,
      ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
      channel_name: conversation.name,
      team_id: conversation.teamId,
      share_user_id: file.userId,
      source: "UPLOAD",
      is_silent_share: false,
    });
  }
  return shares;
}
