/// How values in [0, 1] become 0 and 1.
public enum Binarization: String, Sendable, CaseIterable, Codable {
  /// Values stay as they are.
  case none
  /// 1 where the value is above 0.5.
  case threshold
  /// 1 with the value as its probability, drawn anew each epoch.
  case sample
}
