/// A value that stays where it is between iterations, and is changed there.
///
/// Spans are lent by variables, not by properties of objects; this is the one object.
final class Kept<Value> {
  private var value: Value

  init(_ value: Value) { self.value = value }

  func use(_ body: (inout Value) -> Void) { body(&value) }
}
