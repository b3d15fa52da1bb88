import Joule

/// Temperatures as people write them: one, several with commas, or a range `from:to:step`. `Tc` stands for the
/// critical temperature.
struct TemperatureList {
  let values: [Double]

  static let largestCount = 1000

  init(_ text: String) throws(Failure) {
    let wrong =
      "--temperature is one temperature, several with commas, or from:to:step, got '\(text)'"
    func number(_ part: Substring) throws(Failure) -> Double {
      if part.lowercased() == "tc" { return IsingTorus.criticalTemperature }
      guard let value = Double(part.trimmingPrefix(while: { $0 == " " })), value.isFinite else {
        throw Failure(wrong)
      }
      return value
    }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 1 {
      var values: [Double] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false) {
        values.append(try number(part))
      }
      self.values = values.sorted()
    } else {
      try require(parts.count == 3, wrong)
      let (from, to, step) = (try number(parts[0]), try number(parts[1]), try number(parts[2]))
      try require(
        step > 0 && from <= to,
        "a range of temperatures goes up by a positive step, got from \(from) to \(to) by \(step)")
      let count = ((to - from) / step + 1e-9).rounded(.down) + 1
      try require(
        count <= Double(Self.largestCount),
        "'\(text)' is \(JouleCLI.format(shortest: count)) temperatures, at most \(Self.largestCount) are run at once"
      )
      // Decimal steps are meant decimally: 1.7, not 1.7000000000000002.
      values = (0..<Int(count)).map { ((from + Double($0) * step) * 1e12).rounded() / 1e12 }
    }
    for (place, value) in values.enumerated() {
      try require(
        Self.limits.contains(value),
        "--temperature must be positive, from \(Self.limits.lowerBound) to "
          + "\(JouleCLI.format(shortest: Self.limits.upperBound)), got \(value)")
      try require(
        place == 0 || values[place - 1] < value, "the temperature \(value) is given twice")
    }
    try require(
      values.count <= Self.largestCount,
      "\(values.count) temperatures are given, at most \(Self.largestCount) are run at once")
  }

  /// Below, a spin that flips against its neighbours is rarer than a random number can tell.
  private static let limits = 0.2...1e6
}
