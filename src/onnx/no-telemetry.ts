/**
 * onnxruntime 1.29 and later report every process and session to their maker unless the environment says no before the library is loaded
 * (microsoft/onnxruntime pull requests 27379 and 29843). Nothing leaves the building: import this before onnxruntime-node.
 */
process.env["ORT_DISABLE_TELEMETRY"] = "1";
process.env["ORT_TELEMETRY_DISABLED"] = "1";
