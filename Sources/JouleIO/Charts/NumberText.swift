/// Numbers as a reader likes them: a true minus sign, groups of three digits.
public enum NumberText {
  /// A number with a fixed count of decimals; powers of ten where it is very large or small.
  ///
  /// - Parameter decimals: from 0 to 12.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else {
      return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞"
    }
    let decimals = min(12, max(0, decimals))
    let power = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
    let scaled = (abs(value) * power).rounded()
    // Beyond 2⁵³ the digits would be invented.
    guard scaled < 9e15, abs(value) < 1e9 else { return scientific(value, digits: 4) }
    let whole = Int(scaled / power)
    var fraction = String(Int(scaled.truncatingRemainder(dividingBy: power)))
    fraction = String(repeating: "0", count: max(0, decimals - fraction.count)) + fraction
    let text = grouped(whole) + (decimals > 0 ? "." + fraction : "")
    return value < 0 && scaled > 0 ? "−" + text : text
  }

  /// A number with a count of significant digits, such as 1.25 or 3,400 or 2.0e−7.
  public static func significant(_ value: Double, digits: Int = 4) -> String {
    guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
    let magnitude = exponent(of: value)
    guard (-4...8).contains(magnitude) else { return scientific(value, digits: digits) }
    return fixed(value, decimals: digits - 1 - magnitude)
  }

  /// A number with at most five significant digits, without zeros at the end.
  static func shortest(_ value: Double) -> String {
    var text = significant(value, digits: 5)
    guard text.contains("."), !text.contains("e") else { return text }
    while text.last == "0" { text.removeLast() }
    if text.last == "." { text.removeLast() }
    return text
  }

  private static func scientific(_ value: Double, digits: Int) -> String {
    var magnitude = exponent(of: value)
    var leading = value / power(of: magnitude)
    // Rounding may carry into one more digit.
    if abs(leading) >= 10 - 0.5 * power(of: 1 - digits) {
      leading /= 10
      magnitude += 1
    }
    let sign = magnitude < 0 ? "−" : ""
    return fixed(leading, decimals: digits - 1) + "e\(sign)\(abs(magnitude))"
  }

  /// ⌊log₁₀ |value|⌋ of a number that is not zero.
  static func exponent(of value: Double) -> Int {
    var magnitude = 0
    while magnitude < 308, power(of: magnitude) <= abs(value) / 10 { magnitude += 1 }
    while power(of: magnitude) > abs(value), magnitude > -308 { magnitude -= 1 }
    return magnitude
  }

  static func power(of exponent: Int) -> Double {
    // A decimal literal is rounded correctly, which repeated products are not.
    Double("1e\(exponent)") ?? 0
  }

  private static func grouped(_ number: Int) -> String {
    let digits = String(number)
    guard digits.count > 4 else { return digits }
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }
}
