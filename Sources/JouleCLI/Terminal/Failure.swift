/// Why a command cannot do what it was asked, in one line: the cause, then the cure.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// Stops with a failure unless a condition holds.
func require(_ condition: Bool, _ message: @autoclosure () -> String) throws(Failure) {
  if !condition { throw Failure(message()) }
}
