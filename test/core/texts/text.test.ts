import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { composeAnswer } from "../../../src/core/compose-answer.ts";
import { toFailure, UserError, type UserErrorCode } from "../../../src/core/errors.ts";
import { didYouMean } from "../../../src/core/nearest.ts";
import { planZoom } from "../../../src/core/outpaint-plan.ts";
import { describeSizes } from "../../../src/core/picture-size.ts";
import { resolveRequest } from "../../../src/core/resolve-request.ts";
import { statusButtons, statusText } from "../../../src/core/status-text.ts";
import { CHAT_ERRORS, ENGLISH, type TextKey } from "../../../src/core/texts/english.ts";
import { errorText, LANGUAGES, localeOf, localText, textOf } from "../../../src/core/texts/text.ts";
import { asker, openModeration } from "../../support/open-moderation.ts";
import { openJob, sampleJob, sampleRequest } from "../sample-jobs.ts";
import { buckets, createSampleLibrary, painter, stickers, turbo } from "../sample-models.ts";

const KEYS = Object.keys(ENGLISH) as TextKey[];
const namesIn = (template: string) => [...template.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
const others = Object.entries(LANGUAGES).filter(([name]) => name !== "en");
const german = { platform: "discord", locale: "de" } as const;

const told = (code: UserErrorCode, params: Record<string, string | number>, locale = "de") =>
  errorText(toFailure(new UserError(code, params), "r"), locale);

/** What `work` throws. */
const errorOf = (work: () => unknown): UserError => {
  try {
    work();
  } catch (error) {
    return error as UserError;
  }
  throw new Error("nothing went wrong");
};

describe.each(others)("the sentences in %s", (_, texts) => {
  it("are all there, with the same names in them", () => {
    expect(Object.keys(texts).toSorted()).toEqual(KEYS.toSorted());
    const wrong = KEYS.filter((key) => namesIn(texts[key]).join() !== namesIn(ENGLISH[key]).join());
    expect(wrong).toEqual([]);
  });

  it("are sentences of their own", () => {
    const same = KEYS.filter((key) => texts[key] === ENGLISH[key] || texts[key].trim() === "");

    // The same word in both languages.
    expect(same.filter((key) => !["button.info", "title.text-to-image"].includes(key))).toEqual([]);
  });

  it("fit buttons", () => {
    const labels = KEYS.filter((key) => key.startsWith("button.")).map((key) => texts[key]);

    expect(labels.filter((label) => label.length > 30)).toEqual([]);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it("join where they are joined", () => {
    expect(texts["part.did-you-mean"].startsWith(" ")).toBe(true);
    expect(texts["part.known"].startsWith(" ")).toBe(true);
  });
});

describe("textOf", () => {
  it.each([
    ["de", "Abbrechen"],
    ["de-AT", "Abbrechen"],
    ["es-419", "Cancelar"],
    ["pt-BR", "Cancelar"],
    ["ja", "中止"],
    ["fr", "Annuler"],
    ["en-GB", "Cancel"],
    ["nl", "Cancel"],
    ["constructor", "Cancel"],
    [undefined, "Cancel"],
  ])("speaks %s", (locale, text) => {
    expect(textOf(locale, "button.cancel")).toBe(text);
  });
});

describe("errorText", () => {
  it("tells people in chats what went wrong in their language", () => {
    expect(told("too-fast", { seconds: 3 })).toBe("Das war zu schnell. Versuch es in 3 s noch einmal.");
    expect(told("refused", { rule: "nudity/words" }, "fr")).toContain("Je ne peux pas dessiner cela (nudity/words).");
    expect(told("too-fast", { seconds: 3 }, "en-US")).toBe("That was too fast. Try again in 3 s.");
  });

  it("tells operators in English", () => {
    expect(told("storage-broken", { path: "/x", reason: "y" })).toContain("The database /x cannot be read");
    expect(CHAT_ERRORS).not.toContain("storage-broken");
  });

  it("takes nothing that somebody wrote for a part of its own", () => {
    const value = " Did you mean fox?";

    expect(told("option-not-a-number", { option: "seed", value })).toContain(value);
  });

  it("speaks one language throughout", async () => {
    const { room } = await openModeration();
    const deps = { models: createSampleLibrary([stickers, turbo, buckets, painter]), random: () => 1 };
    const resolve = (options: Record<string, string>) =>
      errorOf(() => resolveRequest({ prompt: "a fox", options, mode: "text-to-image" }, deps));
    const image = { sha256: "a", mimeType: "image/png" };
    const cannot = errorOf(() =>
      resolveRequest({ prompt: "a", options: { model: "sd-turbo" }, inputs: { image, second: image } }, deps),
    );
    await room.bans.ban("ann", { reason: "Spam" }, asker("mod", { moderator: true }));
    const banned = await room.gate(asker("ann")).then(
      () => undefined,
      (error: unknown) => error as UserError,
    );

    const sentences = [
      resolve({ size: "13x13" }),
      resolve({ model: "sd-turbo", size: "13x13" }),
      resolve({ sampler: "eulr" }),
      cannot,
      banned!,
    ];

    expect(sentences.map((error) => errorText(error, "de"))).toEqual([
      "size: stickers kann 13x13 nicht zeichnen. Es zeichnet 128x128.",
      "size: sd-turbo kann 13x13 nicht zeichnen. Es zeichnet Breiten und Höhen, die Vielfache von 8 sind, zwischen 256 und 1024, zum Beispiel 512x512.",
      expect.stringMatching(/^sampler: „eulr“ steht nicht zur Wahl\. Meintest du euler\? Zur Wahl stehen: /),
      "sd-turbo kann das nicht: Bilder mischen.",
      "Du kannst hier nicht zeichnen bis die Moderation die Sperre aufhebt. Grund: Spam",
    ]);
  });
});

describe("localText", () => {
  it("knows the sentences that are made elsewhere", () => {
    const any = { ...turbo, sizes: { ...turbo.sizes, multipleOf: 1 } };
    const [moved] = planZoom(painter, { widthPx: 128, heightPx: 128 }, "left", 1.5).notes;
    const unknown = resolveRequest(
      { prompt: "a zeppelin", options: { strength: 0.5 } },
      { models: createSampleLibrary(), random: () => 1 },
    ).notes;
    const made = [
      didYouMean("fx", ["fox"]),
      describeSizes(stickers),
      describeSizes(turbo),
      describeSizes(any),
      moved!,
      ...unknown,
    ];

    for (const sentence of made) expect(localText(sentence, "de"), sentence).not.toBe(sentence);
  });

  it("knows what the engine says about enlarging", () => {
    const engine = readFileSync(fileURLToPath(new URL("../../../src/diffusion/draw-task.ts", import.meta.url)), "utf8");

    expect(engine).toContain(`"${ENGLISH["note.plain-upscale"]}"`);
  });

  it("leaves everything else as it is", () => {
    expect(localText("A taught thing.", "de")).toBe("A taught thing.");
    expect(localText("It draws 128x128.", "en-US")).toBe("It draws 128x128.");
  });
});

describe("in German", () => {
  it("is what a running job says", () => {
    const wait = { etaMs: 12_000, locale: "de" };

    expect(statusText({ state: "queued", ahead: 3, ...wait })).toBe("3 vor dir, etwa 12 s");
    expect(statusText({ state: "running", step: 2, steps: 8, locale: "de" })).toBe("Wird gezeichnet: Schritt 2 von 8");
    expect(statusButtons("k3f9x2ab", "de")[0]![0]!.label).toBe("Abbrechen");
  });

  it("is an answer with its captions, notes and buttons", () => {
    const request = sampleRequest({ model: "painter", notes: ["strength has no effect without an input picture."] }, 1);
    const models = createSampleLibrary([painter]);

    const message = composeAnswer(sampleJob({ request, address: german }), models);

    expect(message.text).toContain("strength bewirkt ohne Eingabebild nichts.");
    expect(message.footer).toBe("KI-generiert · painter · Startwert 7 · 12 Schritte · 0.8 s · k3f9x2ab");
    expect(message.pictures[0]!.altText).toMatch(/^KI-generiertes Bild: a fox/);
    expect(message.buttons.flat().map(({ label }) => label)).toEqual([
      "2x vergrößern",
      "4x vergrößern",
      "Variante (stark)",
      "Variante (leicht)",
      "Bereich ändern",
      "Herauszoomen 1,5x",
      "Herauszoomen 2x",
      "Eigener Zoom",
      "Nach links",
      "Nach rechts",
      "Nach oben",
      "Nach unten",
      "Davon ausgehen",
      "Neu würfeln",
      "Abwandeln",
      "Favorit",
      "Info",
      "Melden",
    ]);
  });

  it("is a failure, with another try", () => {
    const failure = toFailure(new UserError("generation-failed", { reason: "out of memory", reference: "k3f" }), "k3f");
    const message = composeAnswer(openJob({ state: "failed", failure, address: german }));

    expect(message.text).toBe("**a fox**\nDas Bild konnte nicht gemacht werden: out of memory. Kennung: k3f");
    expect(message.buttons[0]![0]!.label).toBe("Noch einmal");
  });

  it("is not, where a platform says no language", () => {
    expect(localeOf({ platform: "terminal" })).toBeUndefined();
    expect(composeAnswer(sampleJob()).footer).toContain("AI-generated");
  });
});
