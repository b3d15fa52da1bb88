import JouleTensor
import Testing

/// Numbers for tests: the same on every run, in [−1, 1), exact in Float.
func testNumbers<S: TensorScalar>(_ shape: [Int], seed: UInt64 = 1) -> Tensor<S> {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  let elements: [S] = (0..<shape.reduce(1, *)).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return S(Double(state >> 44) / Double(1 << 19) - 1)
  }
  return Tensor(shape: shape, elements: elements)
}

/// Expects a shape, and elements within so many ulps of the reference's, counted at the larger of the
/// reference and `scale`; NaN matches NaN.
func expectClose<S: TensorScalar>(
  _ tensor: Tensor<S>, _ shape: [Int], _ reference: [Double], ulps: Double, scale: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.shape == shape, sourceLocation: sourceLocation)
  guard tensor.count == reference.count else {
    Issue.record(
      "\(tensor.count) elements, expected \(reference.count)", sourceLocation: sourceLocation)
    return
  }
  for (index, (found, expected)) in zip(tensor.elements, reference).enumerated() {
    if found.isNaN && expected.isNaN || Double(found) == expected { continue }
    let unit = Double(S(max(expected.magnitude, scale)).ulp)
    let error = (Double(found) - expected).magnitude / unit
    #expect(
      error <= ulps, "\(S.self) element \(index): \(found), expected \(expected)",
      sourceLocation: sourceLocation)
  }
}

/// Every index of a shape in row-major order.
func indices(of shape: [Int]) -> [[Int]] {
  shape.reduce([[]]) { prefixes, length in
    prefixes.flatMap { prefix in (0..<length).map { prefix + [$0] } }
  }
}

/// The element at an index, by the definition of row-major order.
func element<S>(_ tensor: Tensor<S>, _ index: [Int]) -> S {
  var offset = 0
  for (position, length) in zip(index, tensor.shape) { offset = offset * length + position }
  return tensor.elements[offset]
}

/// Where a tensor's elements are in memory: the same as long as nothing has copied them.
func address<S>(_ tensor: Tensor<S>) -> Int {
  tensor.elements.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
}
