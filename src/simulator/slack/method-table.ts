import { appMethods } from "./methods/app.ts";
import { chatMethods } from "./methods/chat.ts";
import { conversationMethods } from "./methods/conversations.ts";
import { fileMethods } from "./methods/files.ts";
import { peopleMethods } from "./methods/people.ts";
import { viewMethods } from "./methods/views.ts";
import type { Methods } from "./method.ts";

type Deps = Parameters<typeof appMethods>[0] &
  Parameters<typeof chatMethods>[0] &
  Parameters<typeof conversationMethods>[0] &
  Parameters<typeof fileMethods>[0] &
  Parameters<typeof peopleMethods>[0] &
  Parameters<typeof viewMethods>[0];

/** Every method of the Web API that this Slack knows; the others are `unknown_method`. */
export function methodTable(deps: Deps): Methods {
  return {
    ...appMethods(deps),
    ...chatMethods(deps),
    ...conversationMethods(deps),
    ...fileMethods(deps),
    ...peopleMethods(deps),
    ...viewMethods(deps),
  };
}
