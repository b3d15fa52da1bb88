import JouleAlgebra

/// Autocovariances of many sequences of equal length, summed over those that belong together.
///
/// By Fourier transform: the power spectra of two sequences are those of a complex one, four of which
/// are transformed at once, and spectra are added before they are transformed back. A transform of length L
/// serves the lags up to L − n: beyond, the sequence meets itself.
///
/// - Complexity: O(L log L) for every eight sequences.
struct Autocovariances {
  /// The length of a sequence.
  let length: Int
  /// Lags from zero that come out right.
  let lagCount: Int
  private let transform: FourierTransform
  private var x: [Double]
  private var room: [Double]
  private var power: [Double] = []

  private static let lanes = FourierTransform.lanes
  private static let elementSize = FourierTransform.elementSize

  /// - Parameters:
  ///   - length: n.
  ///   - lagCount: at least so many lags, at most n.
  init(length: Int, lagCount: Int) {
    let needed = length + min(lagCount, length) - 1
    self.length = length
    transform = FourierTransform(length: FourierTransform.length(atLeast: needed))
    self.lagCount = min(length, transform.length - length + 1)
    x = [Double](repeating: 0, count: transform.length * Self.elementSize)
    room = x
  }

  /// (1/n) Σᵢ (xᵢ − x̄)(xᵢ₊ₜ − x̄), the mean over the sequences of each set.
  ///
  /// - Parameters:
  ///   - sequences: `[set, sequence, n]`, from `start` on.
  ///   - means: x̄, `[set, sequence]`.
  ///   - setCount: sets of equally many sequences; at least one.
  /// - Returns: `[set, lagCount]`.
  mutating func means(
    of sequences: [Double], from start: Int = 0, means: [Double], setCount: Int
  ) -> [Double] {
    let perSet = means.count / setCount
    precondition(
      sequences.count - start >= means.count * length && means.count == perSet * setCount,
      "\(sequences.count - start) numbers are not \(setCount) sets of \(perSet) sequences of \(length)"
    )
    let size = transform.length
    power.removeAll(keepingCapacity: true)
    power.append(contentsOf: repeatElement(0, count: setCount * size))
    // A lane is two sequences of one set.
    let lanesPerSet = (perSet + 1) / 2
    let laneCount = setCount * lanesPerSet
    for firstLane in stride(from: 0, to: laneCount, by: Self.lanes) {
      let lanes = firstLane..<min(firstLane + Self.lanes, laneCount)
      var starts = [Int](repeating: -1, count: Self.elementSize)
      var centers = [Double](repeating: 0, count: Self.elementSize)
      for lane in lanes {
        let (set, pair) = lane.quotientAndRemainder(dividingBy: lanesPerSet)
        for part in 0..<min(2, perSet - 2 * pair) {
          let sequence = set * perSet + 2 * pair + part
          let place = lane - firstLane + part * Self.lanes
          (starts[place], centers[place]) = (start + sequence * length, means[sequence])
        }
      }
      transform.load(sequences, starts: starts, means: centers, count: length, into: &x)
      transform.transform(&x, room: &room)
      for set in lanes.lowerBound / lanesPerSet...(lanes.upperBound - 1) / lanesPerSet {
        let own = lanes.clamped(to: set * lanesPerSet..<(set + 1) * lanesPerSet)
        transform.addPower(
          of: x, lanes: own.lowerBound - firstLane..<own.upperBound - firstLane, to: &power,
          from: set * size)
      }
    }
    return transformedBack(setCount, scale: 1 / (Double(perSet) * Double(length)))
  }

  /// Spectra are even and real, so two of them are the two parts of a lane. Each is scaled to a sum of
  /// one first: the rounding of a large one would drown a small one beside it.
  private mutating func transformedBack(_ setCount: Int, scale: Double) -> [Double] {
    let size = transform.length
    var result = [Double](repeating: 0, count: setCount * lagCount)
    for firstSet in stride(from: 0, to: setCount, by: Self.elementSize) {
      for place in x.indices { x[place] = 0 }
      let sets = firstSet..<min(firstSet + Self.elementSize, setCount)
      var totals: [Double] = []
      for set in sets {
        let total = VectorKernels.best.sum(power.span.extracting(set * size..<(set + 1) * size))
        totals.append(total)
        if total == 0 { continue }
        Self.loadSpectrum(power, set, scale: 0.5 / total, into: &x, at: set - firstSet)
      }
      transform.transform(&x, room: &room)
      for (place, set) in sets.enumerated() {
        let factor = totals[place] / Double(size) * scale
        for lag in 0..<lagCount {
          result[set * lagCount + lag] = x[lag * Self.elementSize + place] * factor
        }
      }
    }
    return result
  }

  private static func loadSpectrum(
    _ power: [Double], _ set: Int, scale: Double, into elements: inout [Double], at place: Int
  ) {
    let size = elements.count / elementSize
    let spectrum = power.span.extracting(set * size..<(set + 1) * size)
    var target = elements.mutableSpan
    for index in spectrum.indices {
      let opposite = index == 0 ? 0 : spectrum.count - index
      target[index * elementSize + place] = (spectrum[index] + spectrum[opposite]) * scale
    }
  }
}
