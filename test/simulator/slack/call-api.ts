import type { SlackSimulator } from "../../../src/simulator/slack/slack-simulator.ts";

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & { readonly ok: boolean; readonly error?: string };
  readonly headers: Headers;
}

/** Calls methods of the Web API with JSON, as the app by default; an empty token sends none. */
export function createCaller(slack: SlackSimulator) {
  return async (method: string, args: object = {}, token = slack.botToken): Promise<Answer> => {
    const response = await fetch(`${slack.apiUrl}${method}`, {
      method: "POST",
      headers: {
        "content-type": "application/json; charset=utf-8",
        ...(token === "" ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(args),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"], headers: response.headers };
  };
}
