/// A network on any graph: the slots of a node are its range in a list of arcs.
struct GraphFlowNetwork: FlowNetwork {
  struct Node {
    var excess: Int64 = 0
    var label: Int32 = 0
    var parent: Int32 = FlowParent.none
  }

  struct Arc {
    /// What the arc can still carry.
    var residual: Int64
    var head: Int32
    /// The slot of the reverse arc.
    var reverse: Int32
  }

  var nodes: [Node]
  /// Where each node's arcs begin, and at last where they end.
  let starts: [Int32]
  var arcs: [Arc]

  var nodeCount: Int { nodes.count }

  @inline(__always) func slots(of node: Int) -> Range<Int> {
    Int(starts[node])..<Int(starts[node &+ 1])
  }
  @inline(__always) func head(_ node: Int, _ slot: Int) -> Int { Int(arcs[slot].head) }
  @inline(__always) func reverse(_ node: Int, _ slot: Int) -> Int { Int(arcs[slot].reverse) }
  @inline(__always) func residual(_ node: Int, _ slot: Int) -> Int64 { arcs[slot].residual }
  @inline(__always) mutating func push(_ amount: Int64, from node: Int, _ slot: Int) {
    arcs[slot].residual &-= amount
    arcs[Int(arcs[slot].reverse)].residual &+= amount
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
