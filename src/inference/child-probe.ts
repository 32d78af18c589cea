import { probeDevices } from "../onnx/devices.ts";

/** Entry of a process of its own (see probe.ts): prints what every device can do as one line of JSON. */
process.stdout.write(`${JSON.stringify(await probeDevices())}\n`);
