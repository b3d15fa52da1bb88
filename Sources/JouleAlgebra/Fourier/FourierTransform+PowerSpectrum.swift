internal import CVectorKernels

extension FourierTransform {
  /// Fills the lanes with sequences of numbers, each less its mean and followed by zeros.
  ///
  /// - Parameters:
  ///   - x: where the sequences are.
  ///   - starts: where each of eight begins in x: the real parts of the four lanes, then the imaginary
  ///     ones; −1 for none.
  ///   - means: of each.
  ///   - count: the length of a sequence, at most ``length``.
  ///   - elements: `[length, elementSize]`, the destination.
  public func load(
    _ x: [Double], starts: [Int], means: [Double], count: Int, into elements: inout [Double],
    kernels: VectorKernels = .best
  ) {
    requireCount(starts.count, Self.elementSize, "starts")
    requireCount(means.count, Self.elementSize, "means")
    requireCount(elements.count, length * Self.elementSize, "elements")
    precondition(count >= 0 && count <= length, "sequences of \(count) in a length of \(length)")
    for start in starts {
      precondition(
        start >= -1 && start + count <= x.count, "a sequence of \(count) at \(start) of \(x.count)")
    }
    let places = starts.map { Int64($0) }
    let run = kernels.functions(for: Double.self).fourier_load
    x.withUnsafeBufferPointer { x in
      elements.withUnsafeMutableBufferPointer { elements in
        places.withUnsafeBufferPointer { places in
          means.withUnsafeBufferPointer { means in
            guard let x = x.baseAddress, let elements = elements.baseAddress,
              let places = places.baseAddress, let means = means.baseAddress
            else { return }
            run(x, places, means, Int64(count), Int64(length), elements)
          }
        }
      }
    }
  }

  /// power[k] ← power[k] + Σ |X[k]|² over some lanes.
  ///
  /// - Parameters:
  ///   - elements: `[length, elementSize]`.
  ///   - lanes: within 0 ..< 4.
  ///   - power: `length` numbers of it, from `start` on, are added to.
  public func addPower(
    of elements: [Double], lanes: Range<Int>, to power: inout [Double], from start: Int,
    kernels: VectorKernels = .best
  ) {
    requireCount(elements.count, length * Self.elementSize, "elements")
    precondition(
      lanes.lowerBound >= 0 && lanes.upperBound <= Self.lanes, "lanes \(lanes) of \(Self.lanes)")
    precondition(
      start >= 0 && start + length <= power.count, "\(length) numbers at \(start) of \(power.count)"
    )
    let run = kernels.functions(for: Double.self).fourier_power
    elements.withUnsafeBufferPointer { elements in
      power.withUnsafeMutableBufferPointer { power in
        guard let elements = elements.baseAddress, let power = power.baseAddress else { return }
        run(
          elements, Int64(lanes.lowerBound), Int64(lanes.upperBound), Int64(length), power + start)
      }
    }
  }
}
