// Preloaded into servers that would listen on every interface: they listen on 127.0.0.1 only.
import { Server } from "node:net";

const listen = Reflect.get(Server.prototype, "listen");
Server.prototype.listen = function (...args) {
  const [first] = args;
  if (typeof first === "object" && first !== null && "port" in first) args[0] = { ...first, host: "127.0.0.1" };
  else if (typeof first === "number" || typeof first === "string")
    args.splice(1, typeof args[1] === "string" ? 1 : 0, "127.0.0.1");
  return listen.apply(this, args);
};
