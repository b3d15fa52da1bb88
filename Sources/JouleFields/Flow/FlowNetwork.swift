/// The storage of a network that a maximum flow is sought in; see ``maximizeFlow()``.
///
/// Every node may be joined to the source or the sink by its excess, and to other nodes by arcs in slots.
/// An arc and its reverse are two slots, one at each end. Capacities are whole numbers, so that a flow equals
/// its cut exactly.
protocol FlowNetwork {
  /// Includes nodes that only pad.
  var nodeCount: Int { get }

  func slots(of node: Int) -> Range<Int>
  /// The node that an arc leads to.
  func head(_ node: Int, _ slot: Int) -> Int
  /// The slot of the reverse arc at the head.
  func reverse(_ node: Int, _ slot: Int) -> Int

  /// What an arc can still carry.
  func residual(_ node: Int, _ slot: Int) -> Int64
  /// Pushes flow along an arc to its head.
  mutating func push(_ amount: Int64, from node: Int, _ slot: Int)

  /// What the source can still supply to a node, or, negative, what the node can still drain to the sink.
  func excess(_ node: Int) -> Int64
  mutating func addExcess(_ amount: Int64, at node: Int)

  /// The distance from the source of a node in its tree, the negative distance to the sink of one in the
  /// other tree, 0 of a free node.
  func label(_ node: Int) -> Int32
  mutating func setLabel(_ label: Int32, at node: Int)

  /// The slot of the arc to the parent in the tree, or one of ``FlowParent``.
  func parent(_ node: Int) -> Int32
  mutating func setParent(_ slot: Int32, at node: Int)
}

/// Values of a parent that are no slot.
enum FlowParent {
  static let none: Int32 = -1
  /// The source or the sink itself.
  static let terminal: Int32 = -2
}
