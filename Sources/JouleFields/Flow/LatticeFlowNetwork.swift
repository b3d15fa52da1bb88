/// A network on an open grid in its natural layout: the slots of a node are its directions, so that heads
/// and reverses need no memory, and a node with all its arcs is one record.
///
/// A ring of nodes without capacity pads the grid: no step leads out of memory.
struct LatticeFlowNetwork<let directionCount: Int>: FlowNetwork {
  struct Node {
    var excess: Int64 = 0
    var label: Int32 = 0
    var parent: Int32 = FlowParent.none
    /// What the arcs to the neighbours can still carry.
    var residual = InlineArray<directionCount, Int64>(repeating: 0)
  }

  var nodes: [Node]
  /// How far on the neighbour in each direction stands; slot 2d + 1 is opposite to 2d.
  let offsets: InlineArray<directionCount, Int>

  init(nodeCount: Int, offsets: InlineArray<directionCount, Int>) {
    nodes = [Node](repeating: Node(), count: nodeCount)
    self.offsets = offsets
  }

  var nodeCount: Int { nodes.count }

  @inline(__always) func slots(of node: Int) -> Range<Int> { 0..<directionCount }
  @inline(__always) func head(_ node: Int, _ slot: Int) -> Int { node &+ offsets[slot] }
  @inline(__always) func reverse(_ node: Int, _ slot: Int) -> Int { slot ^ 1 }
  @inline(__always) func residual(_ node: Int, _ slot: Int) -> Int64 { nodes[node].residual[slot] }
  @inline(__always) mutating func push(_ amount: Int64, from node: Int, _ slot: Int) {
    nodes[node].residual[slot] &-= amount
    nodes[node &+ offsets[slot]].residual[slot ^ 1] &+= amount
  }
  @inline(__always) func excess(_ node: Int) -> Int64 { nodes[node].excess }
  @inline(__always) mutating func addExcess(_ amount: Int64, at node: Int) {
    nodes[node].excess &+= amount
  }
  @inline(__always) func label(_ node: Int) -> Int32 { nodes[node].label }
  @inline(__always) mutating func setLabel(_ label: Int32, at node: Int) {
    nodes[node].label = label
  }
  @inline(__always) func parent(_ node: Int) -> Int32 { nodes[node].parent }
  @inline(__always) mutating func setParent(_ slot: Int32, at node: Int) {
    nodes[node].parent = slot
  }
}
