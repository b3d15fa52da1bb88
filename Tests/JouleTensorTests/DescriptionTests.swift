import JouleTensor
import Testing

@Suite struct DescriptionTests {
  @Test func smallTensorsShowEverything() {
    #expect(
      "\(Tensor<Float>([[1, 0.5], [1.0 / 3, -2]]))"
        == "Tensor<Float> [2, 2]\n[[1.0, 0.5],\n [0.333333, -2.0]]")
    #expect(
      "\(Tensor<Double>([1e-3, 123_456_789, .nan]))"
        == "Tensor<Double> [3]\n[0.001, 123457000.0, nan]")
    #expect("\(Tensor<Double>([1e300, 1e-300, 0]))" == "Tensor<Double> [3]\n[1e+300, 1e-300, 0.0]")
    #expect("\(Tensor<Double>(shape: [], elements: [3]))" == "Tensor<Double> []\n3.0")
    #expect("\(Tensor<Double>(zeros: [0, 3]))" == "Tensor<Double> [0, 3]\n[]")
    #expect(
      "\(Tensor<Float>(zeros: [2, 1, 2]))"
        == "Tensor<Float> [2, 1, 2]\n[[[0.0, 0.0]],\n\n [[0.0, 0.0]]]")
  }

  @Test func longAxesAreCut() {
    let long = Tensor<Float>((0..<100).map { Float($0) })
    #expect("\(long)" == "Tensor<Float> [100]\n[0.0, 1.0, 2.0, …, 97.0, 98.0, 99.0]")
    #expect("\(Tensor<Float>(zeros: [1000, 1000]))".count < 400)
  }
}
