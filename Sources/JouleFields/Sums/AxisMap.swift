/// How the elements of a table stand to those of a smaller one over some of its axes.
///
/// The first axis runs fastest. Axes that run on in both tables are taken as one, so that loops are long.
struct AxisMap: Sendable {
  /// Of the larger table, and by how far each step moves in the smaller: 0 along axes that it lacks.
  private var axes: [(extent: Int, stride: Int)] = []

  /// - Parameters:
  ///   - extent: of every axis.
  ///   - strides: in the smaller table, one an axis of the larger.
  init(extent: Int, strides: [Int]) {
    for stride in strides {
      if let last = axes.last, stride == last.stride * last.extent {
        axes[axes.count - 1].extent *= extent
      } else {
        axes.append((extent, stride))
      }
    }
    // Two inner loops always.
    while axes.count < 2 { axes.append((1, 0)) }
  }

  /// Calls `body` for runs of the larger table: where one begins in it and in the smaller, as often as the
  /// second axis has places.
  @inline(__always)
  private func forEachRun(_ body: (_ start: Int, _ place: Int) -> Void) {
    let (inner, second) = (axes[0].extent, axes[1])
    var counters = [Int](repeating: 0, count: axes.count)
    var (start, base) = (0, 0)
    while true {
      var place = base
      for _ in 0..<second.extent {
        body(start, place)
        start += inner
        place += second.stride
      }
      var axis = 2
      while axis < axes.count {
        counters[axis] += 1
        base += axes[axis].stride
        if counters[axis] < axes[axis].extent { break }
        base -= axes[axis].stride * axes[axis].extent
        counters[axis] = 0
        axis += 1
      }
      if axis >= axes.count { return }
    }
  }

  /// table[…] += part[…].
  func add(_ part: [Double], to table: inout [Double]) {
    let (count, stride) = axes[0]
    switch stride {
    case 0:
      forEachRun { start, place in
        let value = part[place]
        for index in start..<start + count { table[index] += value }
      }
    case 1:
      forEachRun { start, place in
        for index in 0..<count { table[start + index] += part[place + index] }
      }
    default:
      forEachRun { start, place in
        for index in 0..<count { table[start + index] += part[place + index * stride] }
      }
    }
  }

  /// part[…] += table[…].
  func addSums(of table: [Double], to part: inout [Double]) {
    let (count, stride) = axes[0]
    switch stride {
    case 0:
      forEachRun { start, place in
        var sum = 0.0
        for index in start..<start + count { sum += table[index] }
        part[place] += sum
      }
    default:
      forEachRun { start, place in
        for index in 0..<count { part[place + index * stride] += table[start + index] }
      }
    }
  }
}
