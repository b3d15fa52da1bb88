internal import CVectorKernels
internal import Glibc

/// The discrete Fourier transform of four complex sequences at once.
///
///     X[k] = Σⱼ x[j] exp(−2πi jk / n)
///
/// Sequences stand side by side, so that each instruction works on all four: element j is eight
/// numbers, the real parts of the four sequences and then their imaginary parts. Whoever has fewer
/// leaves lanes at zero; a lane's result does not depend on the others.
///
/// The transform back is the same one with the sequence read backwards, X[−k], divided by n.
///
/// - Complexity: about 5 n log₂ n flops a lane; no allocation after the first.
/// - Accuracy: relative error of the whole sequence below 1e-15 · log₂ n.
public struct FourierTransform: Sendable {
  /// Sequences that are transformed at once.
  public static let lanes = 4
  /// Numbers an element: a real and an imaginary part a lane.
  public static let elementSize = 2 * lanes

  /// The length of the sequences.
  public let length: Int
  private let passes: [Pass]

  private struct Pass {
    let radix: Int
    /// Stretches of roots of unity, each for the elements 1 ..< radix: their real and imaginary parts.
    let roots: [Double]
    let groups: Int
    let stride: Int
  }

  /// A transform of sequences of a length without prime factors beyond 5.
  ///
  /// - Precondition: ``length(atLeast:)`` of the length is the length itself.
  public init(length: Int) {
    precondition(
      length > 0 && Self.length(atLeast: length) == length,
      "a transform of length \(length): only 2, 3 and 5 may divide it")
    self.length = length
    var passes: [Pass] = []
    var (left, stride) = (length, 1)
    while left > 1 {
      let radix = [5, 4, 3, 2].first { left % $0 == 0 } ?? left
      let groups = left / radix
      var roots: [Double] = []
      roots.reserveCapacity(2 * groups * (radix - 1))
      for p in 0..<groups {
        for k in 1..<radix {
          let root = Self.root(p * k, of: left)
          roots += [root.re, root.im]
        }
      }
      passes.append(Pass(radix: radix, roots: roots, groups: groups, stride: stride))
      left = groups
      stride *= radix
    }
    self.passes = passes
  }

  /// The smallest length that is at least so much and has no prime factor beyond 5.
  public static func length(atLeast count: Int) -> Int {
    var length = max(1, count)
    while true {
      var rest = length
      for factor in [2, 3, 5] {
        while rest % factor == 0 { rest /= factor }
      }
      if rest == 1 { return length }
      length += 1
    }
  }

  /// Replaces four sequences by their transforms.
  ///
  /// - Parameters:
  ///   - x: `[length, elementSize]`.
  ///   - room: of the same size; what it holds afterwards is of no use.
  ///   - kernels: every level gives the same bits.
  public func transform(
    _ x: inout [Double], room: inout [Double], kernels: VectorKernels = .best
  ) {
    requireCount(x.count, length * Self.elementSize, "x")
    requireCount(room.count, length * Self.elementSize, "room")
    let run = kernels.functions(for: Double.self).fourier_pass
    for pass in passes {
      x.withUnsafeBufferPointer { source in
        room.withUnsafeMutableBufferPointer { result in
          pass.roots.withUnsafeBufferPointer { roots in
            guard let source = source.baseAddress, let result = result.baseAddress,
              let roots = roots.baseAddress
            else { return }
            run(
              Int32(pass.radix), source, result, roots, Int64(pass.groups), Int64(pass.stride))
          }
        }
      }
      swap(&x, &room)
    }
  }

  /// exp(−2πi j / n), by way of an angle below π/4: cosine and sine are exact there to the last bit
  /// or so, and symmetric lengths get symmetric roots.
  private static func root(_ j: Int, of n: Int) -> (re: Double, im: Double) {
    let eighths = 8 * (j % n)
    var (re, im): (Double, Double)
    // The nearest multiple of a quarter turn, and what is left, in eighths of a turn / n.
    let quarter = (eighths + n) / (2 * n)
    let angle = Double(eighths - quarter * 2 * n) / Double(n) * (Double.pi / 4)
    (re, im) = (cos(angle), -sin(angle))
    for _ in 0..<quarter % 4 { (re, im) = (im, -re) }
    return (re, im)
  }
}
