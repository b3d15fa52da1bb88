// The incremental breadth-first search algorithm.
//
// Two trees grow level by level, one of nodes that the source reaches by residual arcs, one of nodes that
// reach the sink. Where they touch, flow is pushed along the path; what it cuts off is adopted by the
// neighbour nearest to its root, or set free. Labels are distances, which only grow, so that the time is
// polynomial, O(n² m), unlike that of the algorithm of Boykov and Kolmogorov, which it otherwise resembles.
//
// Reference: A. Goldberg, S. Hed, H. Kaplan, R. Tarjan, R. Werneck, Maximum flows by incremental
// breadth-first search, ESA 2011, §3.

/// One of the two trees.
enum FlowSide: Int32 {
  case source = 1
  case sink = -1
}

/// How far the trees have grown.
struct FlowSearch {
  /// The level that a tree has reached: deeper nodes exist only while it grows.
  var sourceLevel: Int32 = 1
  var sinkLevel: Int32 = 1
  /// Nodes of that level, from which the tree grows; some may have moved since.
  var sourceActive: [Int32] = []
  var sinkActive: [Int32] = []
  /// The tree that grows at present, and its nodes one level further.
  var growing: FlowSide?
  var next: [Int32] = []
  /// Nodes that have lost their parents.
  var orphans: [Int32] = []
}

extension FlowNetwork {
  /// Finds a maximum flow.
  ///
  /// - Returns: the side on which the search ended: its tree is a side of a minimum cut.
  mutating func maximizeFlow() -> FlowSide {
    pushAlongShortPaths()
    var search = FlowSearch()
    for node in 0..<nodeCount {
      let excess = excess(node)
      if excess > 0 {
        plantRoot(node, .source, &search)
      } else if excess < 0 {
        plantRoot(node, .sink, &search)
      }
    }
    while true {
      let side: FlowSide =
        search.sourceActive.count <= search.sinkActive.count ? .source : .sink
      if !grow(side, &search) { return side }
    }
  }

  private mutating func plantRoot(_ node: Int, _ side: FlowSide, _ search: inout FlowSearch) {
    setLabel(side.rawValue, at: node)
    setParent(FlowParent.terminal, at: node)
    if side == .source {
      search.sourceActive.append(Int32(node))
    } else {
      search.sinkActive.append(Int32(node))
    }
  }

  /// Pushes what goes from the source over one arc to the sink: in images most of the flow.
  private mutating func pushAlongShortPaths() {
    for node in 0..<nodeCount {
      var supply = excess(node)
      guard supply > 0 else { continue }
      for slot in slots(of: node) {
        let room = residual(node, slot)
        guard room > 0 else { continue }
        let head = head(node, slot)
        let demand = -excess(head)
        guard demand > 0 else { continue }
        let amount = min(supply, min(room, demand))
        push(amount, from: node, slot)
        addExcess(amount, at: head)
        supply -= amount
        if supply == 0 { break }
      }
      addExcess(supply - excess(node), at: node)
    }
  }

  /// Grows one tree by a level.
  ///
  /// - Returns: whether it has grown; else no path is left.
  private mutating func grow(_ side: FlowSide, _ search: inout FlowSearch) -> Bool {
    search.growing = side
    search.next.removeAll(keepingCapacity: true)
    let isSource = side == .source
    let sign = side.rawValue
    let level = isSource ? search.sourceLevel : search.sinkLevel
    var index = 0
    while index < (isSource ? search.sourceActive.count : search.sinkActive.count) {
      let node = Int(isSource ? search.sourceActive[index] : search.sinkActive[index])
      index += 1
      guard label(node) == sign * level else { continue }
      var slot = slots(of: node).lowerBound
      let end = slots(of: node).upperBound
      while slot < end {
        let head = head(node, slot)
        let room =
          isSource ? residual(node, slot) : residual(head, reverse(node, slot))
        guard room > 0 else {
          slot += 1
          continue
        }
        let other = label(head)
        if other == 0 {
          setLabel(sign * (level + 1), at: head)
          setParent(Int32(truncatingIfNeeded: reverse(node, slot)), at: head)
          search.next.append(Int32(truncatingIfNeeded: head))
        } else if (other > 0) != isSource {
          if isSource {
            augment(from: node, slot, to: head, &search)
          } else {
            augment(from: head, reverse(node, slot), to: node, &search)
          }
          adoptOrphans(&search)
          // The same arc again, unless the node has moved.
          if label(node) == sign * level { continue }
          break
        }
        slot += 1
      }
    }
    search.growing = nil
    let deeper = search.next.filter { label(Int($0)) == sign * (level + 1) }
    if isSource {
      search.sourceActive = deeper
      search.sourceLevel = level + 1
    } else {
      search.sinkActive = deeper
      search.sinkLevel = level + 1
    }
    return !deeper.isEmpty
  }

  /// Pushes as much as a path takes: from the source down its tree, over one arc, up the tree of the sink.
  private mutating func augment(
    from tail: Int, _ bridge: Int, to head: Int, _ search: inout FlowSearch
  ) {
    var amount = residual(tail, bridge)
    var node = tail
    while parent(node) != FlowParent.terminal {
      let slot = Int(parent(node))
      let up = self.head(node, slot)
      amount = min(amount, residual(up, reverse(node, slot)))
      node = up
    }
    amount = min(amount, excess(node))
    node = head
    while parent(node) != FlowParent.terminal {
      let slot = Int(parent(node))
      amount = min(amount, residual(node, slot))
      node = self.head(node, slot)
    }
    amount = min(amount, -excess(node))

    push(amount, from: tail, bridge)
    node = tail
    while parent(node) != FlowParent.terminal {
      let slot = Int(parent(node))
      let up = self.head(node, slot)
      let down = reverse(node, slot)
      push(amount, from: up, down)
      if residual(up, down) == 0 { orphan(node, &search) }
      node = up
    }
    addExcess(-amount, at: node)
    if excess(node) == 0 { orphan(node, &search) }
    node = head
    while parent(node) != FlowParent.terminal {
      let slot = Int(parent(node))
      push(amount, from: node, slot)
      let up = self.head(node, slot)
      if residual(node, slot) == 0 { orphan(node, &search) }
      node = up
    }
    addExcess(amount, at: node)
    if excess(node) == 0 { orphan(node, &search) }
  }

  private mutating func orphan(_ node: Int, _ search: inout FlowSearch) {
    setParent(FlowParent.none, at: node)
    search.orphans.append(Int32(truncatingIfNeeded: node))
  }

  private mutating func adoptOrphans(_ search: inout FlowSearch) {
    var index = 0
    while index < search.orphans.count {
      let node = Int(search.orphans[index])
      index += 1
      let own = label(node)
      if own > 0 {
        adopt(node, own, isSource: true, &search)
      } else if own < 0 {
        adopt(node, -own, isSource: false, &search)
      }
    }
    search.orphans.removeAll(keepingCapacity: true)
  }

  /// Finds the parent nearest to the root. A node whose distance grows by it lets its children go.
  private mutating func adopt(
    _ node: Int, _ distance: Int32, isSource: Bool, _ search: inout FlowSearch
  ) {
    let slots = slots(of: node)
    var nearest = Int32.max
    var nearestSlot = 0
    for slot in slots {
      let head = head(node, slot)
      let other = isSource ? label(head) : -label(head)
      guard other > 0, other < nearest else { continue }
      let room =
        isSource ? residual(head, reverse(node, slot)) : residual(node, slot)
      guard room > 0 else { continue }
      nearest = other
      nearestSlot = slot
      if other == distance - 1 { break }
    }
    let level = isSource ? search.sourceLevel : search.sinkLevel
    let isGrowing = search.growing == (isSource ? .source : .sink)
    if nearest == distance - 1 {
      setParent(Int32(truncatingIfNeeded: nearestSlot), at: node)
      return
    }
    let deepest = isGrowing ? level + 1 : level
    if nearest < deepest {
      let moved = nearest + 1
      setLabel(isSource ? moved : -moved, at: node)
      setParent(Int32(truncatingIfNeeded: nearestSlot), at: node)
      if moved == level {
        if isSource {
          search.sourceActive.append(Int32(truncatingIfNeeded: node))
        } else {
          search.sinkActive.append(Int32(truncatingIfNeeded: node))
        }
      } else if moved > level {
        search.next.append(Int32(truncatingIfNeeded: node))
      }
    } else {
      setLabel(0, at: node)
    }
    for slot in slots {
      let head = head(node, slot)
      let other = label(head)
      guard isSource ? other > 0 : other < 0 else { continue }
      if parent(head) == Int32(truncatingIfNeeded: reverse(node, slot)) { orphan(head, &search) }
    }
  }
}
