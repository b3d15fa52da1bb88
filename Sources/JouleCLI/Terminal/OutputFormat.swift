import ArgumentParser
import Foundation

/// How a command reports.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text, json
}

/// JSON as this program writes it everywhere: keys sorted, so that equal values give equal bytes.
func encodeJSON(_ value: some Encodable, pretty: Bool) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  if pretty { encoder.outputFormatting.insert(.prettyPrinted) }
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// A number with so many digits after the point.
func format(_ value: Double, digits: Int = 2) -> String {
  String(format: "%.\(digits)f", value)
}

/// A number as briefly as six significant digits allow, such as 0.05, 0 or 1e-05.
func format(shortest value: Double) -> String { String(format: "%g", value) }

/// A count with its thousands apart, such as 60,000.
func format(_ count: Int) -> String {
  let digits = Array(String(abs(count)))
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0 && (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return (count < 0 ? "-" : "") + text
}

/// A duration as people read it: 3.2 s, 4 min 05 s, 2 h 10 min.
func format(seconds: Double) -> String {
  if seconds < 60 { return String(format: "%.1f s", seconds) }
  let whole = Int(seconds.rounded())
  if whole < 3600 { return String(format: "%d min %02d s", whole / 60, whole % 60) }
  return String(format: "%d h %02d min", whole / 3600, whole / 60 % 60)
}
