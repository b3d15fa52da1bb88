/// The purposes for which a chain draws random numbers in one step; they keep the draws apart.
public enum DrawPurpose {
  public static let hidden: UInt32 = 0
  public static let visible: UInt32 = 1
  public static let start: UInt32 = 2
  public static let data: UInt32 = 3
  /// Whether a proposal is accepted.
  public static let acceptance: UInt32 = 4
  /// Which of several kernels makes a step, the same for all chains.
  public static let choice: UInt32 = 5
  /// The class of a row.
  public static let label: UInt32 = 6
  /// What a proposal draws: a kernel that draws several things in one step counts on from here.
  public static let proposal: UInt32 = 16
}
