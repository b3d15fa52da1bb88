import Runtime

/// Stops the program for shapes that do not fit, and says where the computation asked for them.
///
/// - Parameters:
///   - operation: as its user writes it.
///   - need: what would fit.
func stopOnShapes(
  _ operation: String, _ left: [Int], _ right: [Int], need: String = "shapes that broadcast"
) -> Never {
  preconditionFailure(
    "\(operation): shapes \(left) and \(right) do not fit, it takes \(need)\(callerNote())")
}

/// The same for an operation on one value.
func stopOnShape(_ operation: String, _ shape: [Int], need: String) -> Never {
  preconditionFailure("\(operation): shape \(shape) does not fit, it takes \(need)\(callerNote())")
}

/// Where the innermost function outside of this module stood, if the program has the information.
///
/// Operators cannot take `#line`, so the place is read from the stack.
private func callerNote() -> String {
  guard let trace = try? Backtrace.capture(limit: 64).symbolicated() else { return "" }
  for frame in trace.frames {
    guard let place = frame.symbol?.sourceLocation, place.line > 0 else { continue }
    if place.path.contains("/JouleAutodiff/") || !place.path.hasPrefix("/") { continue }
    return "; at \(place.path):\(place.line)"
  }
  return ""
}
