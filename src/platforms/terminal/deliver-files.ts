import type { Message } from "../../core/message.ts";
import type { BlobRef } from "../../core/image-request.ts";
import type { DeliveryOutcome, ReplyAddress } from "../../core/platform.ts";
import type { KeyValueStore } from "../../core/stores.ts";
import { UserError } from "../../core/errors.ts";
import { inlinePicture } from "./inline-picture.ts";
import type { PictureTools } from "./inline-picture.ts";
import { fileTypeOf, filePaths, folderPath, reasonOf, withSuffix, writeWhole } from "./picture-files.ts";
import type { PictureTarget } from "./picture-files.ts";
import { answerText } from "./answer-text.ts";
import type { Screen } from "./screen.ts";
import type { TerminalLook } from "./terminal-look.ts";

export interface DeliverDeps {
  readonly screen: Screen;
  readonly look: TerminalLook;
  readonly tools: PictureTools;
  readonly readBlob: (ref: BlobRef) => Promise<Uint8Array>;
  /** Remembers which answers were given: a restart or a lost reply must not give one twice. */
  readonly store: KeyValueStore;
  /** Buttons are shown, because there is a prompt to type them at. Default: true. */
  readonly buttons?: boolean;
  /** For addresses without a target of their own. */
  readonly outDir: string;
}

const REMEMBER_MS = 30 * 86_400_000;
/** Failing to write for these reasons may pass. */
const PASSING: readonly string[] = ["ENOSPC", "EDQUOT", "EMFILE", "ENFILE", "EBUSY", "EIO", "EAGAIN"];

/** The terminal's way of giving an answer: writes the pictures, then says where they are and shows them. */
export interface FileDelivery {
  give(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome>;
  /** Once for each key, also after a restart. */
  deliver(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome>;
}

export function createFileDelivery(deps: DeliverDeps): FileDelivery {
  const { store, screen, look } = deps;

  async function write(address: ReplyAddress, message: Message, key: string): Promise<Written> {
    const files = await Promise.all(message.pictures.map(({ blob }) => deps.readBlob(blob)));
    const target = await ownTarget(targetOf(address, deps.outDir), address, key, store);
    const several = files.length > 1;
    const grid = several ? await deps.tools.grid(files, "image/png") : files[0]!;
    if (target.kind === "folder") {
      const paths: string[] = [];
      for (const [index, bytes] of files.entries()) {
        const path = await folderPath(target.path, message.pictures[index]!.fileName, bytes, key);
        await writeWhole(path, bytes);
        paths.push(path);
      }
      return { paths, show: grid };
    }
    const type = fileTypeOf(target.path) ?? "image/png";
    const paths = filePaths(target.path, files.length);
    for (const [index, bytes] of (several ? [grid, ...files] : files).entries()) {
      await writeWhole(paths[index]!, await deps.tools.convert(bytes, type));
    }
    return { paths, show: grid };
  }

  async function give(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome> {
    let written: Written = { paths: [], show: undefined };
    if (message.pictures.length > 0) {
      try {
        written = await write(address, message, key);
      } catch (error) {
        const reason = permanentReason(error);
        if (reason === undefined) throw error;
        screen.printError(`Error: the pictures of ${key} could not be written: ${reason}`);
        return { state: "undeliverable", reason };
      }
    }
    // The error output may be a file while the other is a terminal: no colours there.
    const options = { buttons: deps.buttons ?? true };
    if (message.kind === "error") screen.printError(answerText(message, written.paths, "none", options));
    else screen.print((await show(message, written.show)) + answerText(message, written.paths, look.colours, options));
    return { state: "delivered" };
  }

  async function show(message: Message, bytes: Uint8Array | undefined): Promise<string> {
    if (!bytes || message.pictures.some(({ spoiler }) => spoiler)) return "";
    return inlinePicture(bytes, look, screen.columns(), deps.tools);
  }

  async function giveOnce(address: ReplyAddress, message: Message, key: string): Promise<DeliveryOutcome> {
    const marker = `terminal:delivered:${key}`;
    if (await store.get(marker)) return { state: "delivered" };
    const outcome = await give(address, message, key);
    if (outcome.state === "delivered") await store.set(marker, true, REMEMBER_MS);
    return outcome;
  }

  // One after the other: answers do not mix on the screen, and the second delivery of a key finds the mark of the first.
  let last: Promise<unknown> = Promise.resolve();
  return {
    give,
    deliver(address, message, key) {
      const delivery = last.then(() => giveOnce(address, message, key));
      last = delivery.catch(() => undefined);
      return delivery;
    },
  };
}

interface Written {
  readonly paths: readonly string[];
  /** The file that shows all pictures. */
  readonly show: Uint8Array | undefined;
}

/** One request may become several jobs (permutations): the first answer gets the file, later ones a name of their own beside it. */
async function ownTarget(
  target: PictureTarget,
  address: ReplyAddress,
  key: string,
  store: KeyValueStore,
): Promise<PictureTarget> {
  if (target.kind === "folder") return target;
  const claim = `terminal:file-of:${String(address["interaction"])}`;
  const first = await store.get<string>(claim);
  if (first === undefined) await store.set(claim, key, REMEMBER_MS);
  return first === undefined || first === key ? target : { ...target, path: withSuffix(target.path, `-${key}`) };
}

function targetOf(address: ReplyAddress, outDir: string): PictureTarget {
  const { kind, path } = address;
  if ((kind === "file" || kind === "folder") && typeof path === "string") return { kind, path };
  return { kind: "folder", path: outDir };
}

function permanentReason(error: unknown): string | undefined {
  if (error instanceof UserError) return error.message;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || PASSING.includes(code) ? undefined : reasonOf(error);
}
