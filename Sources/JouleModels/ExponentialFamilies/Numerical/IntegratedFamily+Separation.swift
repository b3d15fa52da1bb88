import JouleTensor

extension IntegratedFamily {
  /// Places of the first points along each axis, by the number of axes.
  private static let gridCounts = [2000, 64, 16]
  private static let roundLimit = 60

  /// By the convex hull of values of T over the box: a grid, to which the points are added at which a
  /// direction that separates the grid reaches highest. A direction that gains nothing by that search
  /// is the answer: a proof as far as the search finds the greatest v·T.
  public func separation(at moments: MeanParameters) -> SeparatingDirection? {
    var places = gridPlaces
    for _ in 0..<Self.roundLimit {
      let inside = places.filter { statistics(at: $0) != nil }
      let values = Tensor(inside.compactMap { statistics(at: $0) })
      guard let proof = ConvexHull(points: values).separation(of: moments.values) else {
        return nil
      }
      let heights = values.matmul(Tensor(proof.direction)).elements
      let order = heights.indices.sorted { heights[$0] > heights[$1] }.prefix(4)
      let summits = order.map { climb(from: inside[$0], along: proof.direction) }
      let reach = summits.map(\.height).max() ?? proof.reach
      let noise = 1e-12 * max(1, abs(proof.target), abs(proof.reach))
      if reach <= proof.reach + noise {
        return SeparatingDirection(
          direction: proof.direction, target: proof.target, reach: max(reach, proof.reach))
      }
      places = inside + summits.map(\.place)
    }
    return nil
  }

  /// Places in the unit cube, ends of finite axes included.
  private var gridPlaces: [[Double]] {
    let perAxis = Self.gridCounts[axes.count - 1]
    var places: [[Double]] = [[]]
    for axis in axes {
      places = places.flatMap { place in
        (0..<perAxis).map { number in
          place
            + [
              axis.isFinite
                ? Double(number) / Double(perAxis - 1) : (Double(number) + 0.5) / Double(perAxis)
            ]
        }
      }
    }
    return places
  }

  /// T at a place of the unit cube; nil outside the support.
  private func statistics(at place: [Double]) -> [Double]? {
    let x = zip(axes, place).map { $0.point(at: $1).x }
    guard functions.requirement(brokenBy: x.span) == nil else { return nil }
    let values = functions.statistics(of: x.span)
    return values.allSatisfy(\.isFinite) ? values : nil
  }

  /// The highest v·T near a place, by ever smaller steps in every direction.
  private func climb(
    from start: [Double], along direction: [Double]
  ) -> (place: [Double], height: Double) {
    func height(_ place: [Double]) -> Double {
      statistics(at: place).map { zip($0, direction).reduce(0) { $0 + $1.0 * $1.1 } } ?? -.infinity
    }
    var best = (place: start, height: height(start))
    var step = 1 / Double(Self.gridCounts[axes.count - 1])
    while step > 1e-9 {
      var moved = false
      for axis in axes.indices {
        for shift in [-step, step] {
          var place = best.place
          place[axis] += shift
          let isInside =
            axes[axis].isFinite ? (0...1).contains(place[axis]) : place[axis] > 0 && place[axis] < 1
          guard isInside else { continue }
          let value = height(place)
          if value > best.height {
            best = (place, value)
            moved = true
          }
        }
      }
      if !moved { step /= 2 }
    }
    return best
  }
}
