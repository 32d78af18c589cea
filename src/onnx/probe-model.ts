/**
 * A model of one operator, small enough to live here: `y = Conv(x, w)`, x and y float32 [1, 1, 4, 4], w nine ones, one pixel of padding.
 * Made with the Python package onnx: helper.make_model of a graph with that one node, opset 13, IR version 8, SerializeToString, base64.
 */
export const PROBE_MODEL = Buffer.from(
  "CAgSADqaAQoiCgF4CgF3EgF5IgRDb252KhEKBHBhZHNAAUABQAFAAaABBxIFcHJvYmUqMwgBCAEIAwgDEAFCAXdKJAAAgD8AAIA/AACAPwAAgD8AAIA/" +
    "AACAPwAAgD8AAIA/AACAP1obCgF4EhYKFAgBEhAKAggBCgIIAQoCCAQKAggEYhsKAXkSFgoUCAESEAoCCAEKAggBCgIIBAoCCARCBAoAEA0=",
  "base64",
);

/** What the model makes of sixteen ones: the number of neighbours of each pixel, itself included. */
export const PROBE_ANSWER: readonly number[] = [4, 6, 6, 4, 6, 9, 9, 6, 6, 9, 9, 6, 4, 6, 6, 4];
