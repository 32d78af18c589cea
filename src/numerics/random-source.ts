/** A stream of random numbers as a torch.Generator makes them; every draw moves the stream. */
export interface RandomSource {
  /** torch.randn: standard normals, float32. The result depends on the size of the single draw, as in torch. */
  randn(count: number): Float32Array;
  /** torch.rand: uniform in [0, 1), float32. */
  rand(count: number): Float32Array;
}
