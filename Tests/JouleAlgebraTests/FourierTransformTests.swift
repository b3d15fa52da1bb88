import Foundation
import JouleAlgebra
import Testing

/// The fast transform against the sum that it is.
@Suite struct FourierTransformTests {
  private static let size = FourierTransform.elementSize
  private static let lanes = FourierTransform.lanes

  private static func elements(_ length: Int) -> [Double] {
    (0..<length * size).map { index -> Double in
      let word = (index * 7919 + 13) % 4001
      return Double(word - 2000) / 997
    }
  }

  @Test(arguments: [
    1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25, 27, 30, 48, 60, 64, 100, 125, 360,
  ])
  func transformsAreTheirDefinition(length: Int) {
    let x = Self.elements(length)
    var (result, room) = (x, x)
    FourierTransform(length: length).transform(&result, room: &room)
    let scale = Double(length) * 2
    for k in 0..<length {
      for lane in 0..<Self.lanes {
        var (re, im) = (0.0, 0.0)
        for j in 0..<length {
          let angle = -2 * Double.pi * Double(j * k % length) / Double(length)
          let (a, b) = (x[j * Self.size + lane], x[j * Self.size + Self.lanes + lane])
          re += a * cos(angle) - b * sin(angle)
          im += a * sin(angle) + b * cos(angle)
        }
        #expect(abs(result[k * Self.size + lane] - re) < 1e-14 * scale)
        #expect(abs(result[k * Self.size + Self.lanes + lane] - im) < 1e-14 * scale)
      }
    }
  }

  /// Forth and, read backwards, back: x times the length.
  @Test(arguments: [7200, 8192, 9375, 10_000, 19_683]) func twiceIsTheSequenceReversed(length: Int)
  {
    let x = Self.elements(length)
    let transform = FourierTransform(length: length)
    var (result, room) = (x, x)
    transform.transform(&result, room: &room)
    transform.transform(&result, room: &room)
    var worst = 0.0
    for j in 0..<length {
      for place in 0..<Self.size {
        let back = result[(length - j) % length * Self.size + place] / Double(length)
        worst = max(worst, abs(back - x[j * Self.size + place]))
      }
    }
    #expect(worst < 1e-13)
  }

  private static func numbers(_ count: Int) -> [Double] {
    (0..<count).map { index -> Double in
      let word = index * 104_729 % 997
      return Double(word) / 31
    }
  }

  @Test func lengthsHaveSmallFactors() {
    #expect(
      [0, 1, 7, 11, 13, 17, 1025, 9999].map(FourierTransform.length(atLeast:))
        == [1, 1, 8, 12, 15, 18, 1080, 10_000])
  }

  @Test func everyLevelHasTheSameBits() {
    let levels = VectorKernels.Level.allCases.compactMap(VectorKernels.at)
    let transform = FourierTransform(length: 900)
    let data = Self.numbers(3000)
    let starts = [0, 500, -1, 1000, 1500, 2000, 2500, -1]
    let results = levels.map { kernels -> [[UInt64]] in
      var (x, room) = (Self.elements(900), Self.elements(900))
      var power = [Double](repeating: 0, count: 1000)
      transform.load(
        data, starts: starts, means: (0..<8).map(Double.init), count: 500, into: &x,
        kernels: kernels)
      let loaded = x
      transform.transform(&x, room: &room, kernels: kernels)
      transform.addPower(of: x, lanes: 1..<3, to: &power, from: 100, kernels: kernels)
      return [loaded, x, power].map { $0.map(\.bitPattern) }
    }
    for result in results { #expect(result == results[0]) }
  }

  /// What is loaded, and Parseval's equation Σ |X|² = n Σ |x|², lane by lane.
  @Test func powerIsThatOfWhatWasLoaded() {
    let transform = FourierTransform(length: 120)
    let data = Self.numbers(1000)
    let starts = [0, 300, -1, 10, 900, -1, -1, 20]
    let means = (0..<8).map { Double($0) * 2 }
    var (x, room) = (Self.elements(120), Self.elements(120))
    transform.load(data, starts: starts, means: means, count: 100, into: &x)
    for place in 0..<Self.size {
      for index in 0..<120 {
        let expected =
          starts[place] < 0 || index >= 100 ? 0 : data[starts[place] + index] - means[place]
        #expect(x[index * Self.size + place] == expected)
      }
    }
    let loaded = x
    transform.transform(&x, room: &room)
    for lane in 0..<Self.lanes {
      var power = [Double](repeating: 0, count: 120)
      transform.addPower(of: x, lanes: lane..<lane + 1, to: &power, from: 0)
      let energy = (0..<120).reduce(0) { sum, index in
        let (a, b) = (
          loaded[index * Self.size + lane], loaded[index * Self.size + Self.lanes + lane]
        )
        return sum + a * a + b * b
      }
      #expect(abs(power.reduce(0, +) - 120 * energy) <= 1e-12 * 120 * energy)
    }
  }
}
