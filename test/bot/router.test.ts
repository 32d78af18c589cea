import { describe, expect, it } from "vitest";
import { createRouter } from "../../src/bot/router.ts";
import type { AnyButton, Button, Command, FreeButton } from "../../src/core/command.ts";
import { UserError, type ErrorParams } from "../../src/core/errors.ts";
import type { Interaction, OptionValues } from "../../src/core/interaction.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { LogFields, Logger } from "../../src/core/logger.ts";
import { notice, type Message } from "../../src/core/message.ts";
import { IMAGE_OPTIONS } from "../../src/core/options.ts";
import { ALLOW } from "../../src/core/verdict.ts";
import { createFakeContext, createFakeQueue, createFakeStore } from "../commands/fake-context.ts";
import { sampleJob, sampleRequest } from "../core/sample-jobs.ts";
import { createSampleLibrary, createSeededRandom } from "../core/sample-models.ts";
import { createFakeTaught } from "../support/fake-taught.ts";

const job = sampleJob();

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields;
}

function createRecordingLogger(lines: Line[]): Logger {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push({ level, message, fields });
  const logger: Logger = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => logger,
  };
  return logger;
}

/** A router with the given commands and buttons, and what people and the log get from it. */
function setUp(parts: { commands?: readonly Command[]; buttons?: readonly AnyButton[] }) {
  const replies: Message[] = [];
  const lines: Line[] = [];
  const admitted: NewJob[] = [];
  const router = createRouter({
    commands: parts.commands ?? [],
    buttons: parts.buttons ?? [],
    queue: createFakeQueue([job]),
    models: createSampleLibrary(),
    settings: createFakeStore(new Map()),
    defaults: {},
    moderation: createFakeContext().moderation,
    verify: createFakeContext().verify,
    upload: createFakeContext().upload,
    score: createFakeContext().score,
    taught: createFakeTaught(),
    log: createRecordingLogger(lines),
    random: createSeededRandom(1),
    review: () => ALLOW,
    async admit(jobs) {
      admitted.push(...jobs);
      return jobs.map((job) => sampleJob(job));
    },
  });
  const base = {
    id: "test:event",
    person: job.person,
    place: job.place,
    locale: "en",
    address: job.address,
    reply: async (message: Message): Promise<void> => void replies.push(message),
  };
  const handle = (what: Partial<Interaction>) => router.handle({ ...base, ...what } as Interaction);
  return {
    router,
    replies,
    lines,
    admitted,
    base,
    command: (command: string, options: OptionValues = {}) => handle({ kind: "command", command, options }),
    press: (buttonId: string, more: Partial<Interaction> = {}) => handle({ kind: "button", buttonId, ...more }),
    fill: (formId: string, values: OptionValues) => handle({ kind: "form", formId, values }),
  };
}

const unreachable = () => Promise.reject(new Error("reached"));

function commandNamed(name: string, run: Command["run"], options: Command["options"] = []): Command {
  return { name, description: name, options, run };
}

const refuse = (params: ErrorParams) => () => Promise.reject(new UserError("refused", params));

describe("createRouter", () => {
  it("hands a command its checked options", async () => {
    const seen: OptionValues[] = [];
    const draw = commandNamed("draw", async (_, options) => void seen.push(options), IMAGE_OPTIONS);
    const { command } = setUp({ commands: [draw] });

    await command("draw", { text: "--seed 7 --ar 3x2" });
    await command("draw", { count: 2 });

    expect(seen).toEqual([{ seed: 7, ar: "3:2" }, { count: 2 }]);
  });

  it("gives a command the list of commands, replies and jobs", async () => {
    const draw = commandNamed("draw", async (context) => {
      await context.submit([sampleRequest()]);
    });
    const hello = commandNamed("hello", (context) =>
      context.reply(notice(context.commands.map(({ name }) => name).join())),
    );
    const { command, replies, admitted } = setUp({ commands: [draw, hello] });

    await command("hello");
    await command("draw");

    expect(replies.map(({ text }) => text)).toEqual(["draw,hello"]);
    expect(admitted).toMatchObject([{ key: "test:event", request: sampleRequest() }]);
  });

  it("finds the job of a button and of its form", async () => {
    const seen: unknown[] = [];
    const button: Button = {
      action: "poke",
      run: async (_, press) => void seen.push(press),
      submit: async (_, { index }, values) => void seen.push([index, values]),
    };
    const { press, fill } = setUp({ buttons: [button] });

    await press("v1:poke:k3f9x2ab:2");
    await press("v1:poke:k3f9x2ab");
    await fill("v1:poke:k3f9x2ab:1", { prompt: "a cat" });

    expect(seen).toEqual([{ job, index: 2 }, { job, index: undefined }, [1, { prompt: "a cat" }]]);
  });

  it("hands a free button the rest of its id", async () => {
    const seen: unknown[] = [];
    const button: FreeButton = {
      action: "yes",
      free: true,
      run: async (_, subject) => void seen.push(subject),
      submit: async (_, subject, values) => void seen.push([subject, values]),
    };
    const { press, fill } = setUp({ buttons: [button] });

    await press("v1:yes:anything");
    await fill("v1:yes:form", { a: "b" });

    expect(seen).toEqual(["anything", ["form", { a: "b" }]]);
  });

  it.each([
    ["v1:nope:k3f9x2ab", "That button is from another version"],
    ["v2:poke:k3f9x2ab", "That button is from another version"],
    ["../../etc/passwd", "That button is from another version"],
    ["", "That button is from another version"],
    ["v1:poke:other", "There is no job “other”."],
  ])("answers the button %j with a sentence", async (id, sentence) => {
    const { press, replies, lines } = setUp({
      buttons: [{ action: "poke", run: unreachable }],
    });

    await press(id);

    expect(replies).toMatchObject([{ kind: "error", private: true, text: expect.stringContaining(sentence) }]);
    expect(lines.filter(({ level }) => level === "error")).toEqual([]);
  });

  it("refuses a form of a button that has none", async () => {
    const { fill, replies } = setUp({
      buttons: [
        { action: "poke", run: unreachable },
        { action: "yes", free: true, run: unreachable },
      ],
    });

    await fill("v1:poke:k3f9x2ab", {});
    await fill("v1:yes:x", {});

    expect(replies.map(({ text }) => text.slice(0, 11))).toEqual(["That button", "That button"]);
  });

  it("does not let anybody press the buttons of jobs they cannot see", async () => {
    const { press, replies } = setUp({
      buttons: [{ action: "poke", run: unreachable }],
    });

    await press("v1:poke:k3f9x2ab", {
      person: { ...job.person, id: "eve" },
      place: { ...job.place, community: "elsewhere" },
    });

    expect(replies).toMatchObject([{ text: "There is no job “k3f9x2ab”." }]);
  });

  it("suggests the command that was meant", async () => {
    const { command, replies } = setUp({ commands: [commandNamed("imagine", async () => {})] });

    await command("imagin");

    expect(replies).toMatchObject([{ text: "There is no command /imagin. Did you mean /imagine?" }]);
  });

  it("tells the person what they can do about a UserError", async () => {
    const fail = commandNamed("fail", () => Promise.reject(new UserError("queue-paused")));
    const { command, replies, lines } = setUp({ commands: [fail] });

    await command("fail");

    expect(replies).toMatchObject([
      { kind: "error", private: true, text: expect.stringMatching(/^Drawing is paused/) },
    ]);
    expect(lines).toEqual([{ level: "info", message: "interaction declined", fields: { code: "queue-paused" } }]);
  });

  it("offers an appeal with a refusal that has one", async () => {
    const { command, replies } = setUp({
      commands: [
        commandNamed("one", refuse({ rule: "x/y", appeal: "abc123" })),
        commandNamed("two", refuse({ rule: "x/y" })),
      ],
    });

    await command("one");
    await command("two");

    expect(replies.map(({ buttons }) => buttons.flat().map(({ id, label }) => `${label} ${id}`))).toEqual([
      ["Appeal v1:appeal:abc123"],
      [],
    ]);
  });

  it("logs everything else once, and gives the person the reference only", async () => {
    const error = new Error("secret of the inside");
    const { command, replies, lines } = setUp({ commands: [commandNamed("fail", () => Promise.reject(error))] });

    await command("fail");

    const reference = lines[0]!.fields["reference"] as string;
    expect(lines).toEqual([{ level: "error", message: "interaction failed", fields: { reference, error } }]);
    expect(reference).toMatch(/^[a-z0-9]{6}$/);
    expect(replies.map(({ text }) => text)).toEqual([
      `Something went wrong on my side. Reference for the operator: ${reference}`,
    ]);
  });

  it("copes with commands that throw at once, and with values that are no errors", async () => {
    const thrower = commandNamed("throw", () => {
      throw new Error("at once");
    });
    // eslint-disable-next-line typescript/prefer-promise-reject-errors -- the point of the test
    const odd = commandNamed("odd", () => Promise.reject("a string"));
    const { command, replies, lines } = setUp({ commands: [thrower, odd] });

    await command("throw");
    await command("odd");

    expect(replies).toHaveLength(2);
    expect(lines.map(({ level }) => level)).toEqual(["error", "error"]);
  });

  it("answers at most once", async () => {
    const afterReply = commandNamed("reply", async (context) => {
      await context.reply(notice("done"));
      throw new UserError("queue-paused");
    });
    const afterSubmit = commandNamed("submit", async (context) => {
      await context.submit([sampleRequest()]);
      throw new Error("later");
    });
    const { command, replies, lines } = setUp({ commands: [afterReply, afterSubmit] });

    await command("reply");
    await command("submit");

    expect(replies.map(({ text }) => text)).toEqual(["done"]);
    expect(lines.map(({ message }) => message)).toEqual(["interaction declined", "interaction failed"]);
  });

  it("never rejects, also when nothing can be said", async () => {
    const { router, base, lines } = setUp({ commands: [] });
    const failing = [
      () => Promise.reject(new Error("no connection")),
      () => {
        throw new Error("no connection");
      },
    ];

    for (const reply of failing) {
      await router.handle({ ...base, kind: "command", command: "x", options: {}, reply });
    }

    expect(lines.filter(({ message }) => message === "reply failed")).toHaveLength(2);
  });
});
