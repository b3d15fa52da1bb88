import CVectorKernels

// The passes of Langevin and Hamiltonian trajectories over rows of positions x, momenta z and gradients
// g, `[rows, columns]`, every row by a factor of its own.

extension VectorKernels {
  /// A kick and a drift in one pass.
  ///
  ///     z[r] ← z[r] − kicks[r] · s∘g[r],   then   x[r] ← x[r] + drifts[r] · s∘z[r]
  ///
  /// - Parameters:
  ///   - x: positions, in place.
  ///   - z: momenta, in place.
  ///   - scale: s, `[columns]`; nil for ones.
  ///   - kicks: `[rows]`.
  ///   - drifts: `[rows]`.
  ///   - squares: Σⱼ z[r, j]² between kick and drift, `[rows]`, summed in Double; or empty where they
  ///     are not wanted.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func kickDrift<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, _ z: consuming MutableSpan<S>, gradient g: Span<S>,
    scale: [S]?, kicks: [Double], drifts: [Double], squares: consuming MutableSpan<Double>,
    columns: Int
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(z.count, x.count, "z")
    requireCount(g.count, x.count, "gradient")
    requireCount(kicks.count, rows, "kicks")
    requireCount(drifts.count, rows, "drifts")
    if squares.count > 0 { requireCount(squares.count, rows, "squares") }
    if let scale { requireCount(scale.count, columns, "scale") }
    let run = functions(for: S.self).kick_drift
    x.withUnsafeMutableBytes { x in
      z.withUnsafeMutableBytes { z in
        squares.withUnsafeMutableBufferPointer { squares in
          g.withUnsafeBytes { g in
            guard let x = x.baseAddress, let z = z.baseAddress, let g = g.baseAddress
            else { return }
            withOptionalBytes(of: scale) { scale in
              run(
                x, z, g, scale, Int64(rows), Int64(columns), kicks, drifts,
                squares.isEmpty ? nil : squares.baseAddress)
            }
          }
        }
      }
    }
  }

  /// A kick and a drift of momenta that are drawn for it and forgotten: a step of Langevin dynamics.
  ///
  ///     x[r] ← x[r] + drift · s∘(ξ[r] − kick · s∘g[r]),   ξ ~ N(0, I)
  ///
  /// The bits of `fill` and ``kickDrift(_:_:gradient:scale:kicks:drifts:squares:columns:)``.
  ///
  /// - Parameters:
  ///   - x: positions, in place.
  ///   - scale: s, `[columns]`; nil for ones.
  ///   - address: where the noise stands, as `fill` takes it.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func langevinStep<S: KernelScalar>(
    _ x: consuming MutableSpan<S>, gradient g: Span<S>, scale: [S]?, kick: Double,
    drift: Double, columns: Int, _ address: RandomAddress
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(g.count, x.count, "gradient")
    if let scale { requireCount(scale.count, columns, "scale") }
    var address = address.forRows(rows)
    let run = functions(for: S.self).langevin
    x.withUnsafeMutableBytes { x in
      g.withUnsafeBytes { g in
        guard let x = x.baseAddress, let g = g.baseAddress else { return }
        withOptionalBytes(of: scale) { scale in
          run(x, g, scale, Int64(rows), Int64(columns), kick, drift, &address)
        }
      }
    }
  }

  /// Adds rows, each times a factor; sums of squares and running totals come in the same pass.
  ///
  ///     y[r] ← y[r] + factors[r] · s∘x[r],   total[r] ← total[r] + y[r],   squares[r] ← Σⱼ y[r, j]²
  ///
  /// - Parameters:
  ///   - y: in place.
  ///   - scale: s, `[columns]`; nil for ones.
  ///   - factors: `[rows]`.
  ///   - total: `[rows, columns]` in place, or empty where no totals are wanted.
  ///   - squares: `[rows]`, overwritten, summed in Double; or empty where they are not wanted.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func addScaledRows<S: KernelScalar>(
    _ y: consuming MutableSpan<S>, _ x: Span<S>, scale: [S]? = nil, factors: [Double],
    total: consuming MutableSpan<S>, squares: consuming MutableSpan<Double>, columns: Int
  ) {
    let rows = rowCount(of: x.count, columns: columns)
    requireCount(y.count, x.count, "y")
    requireCount(factors.count, rows, "factors")
    if total.count > 0 { requireCount(total.count, x.count, "total") }
    if squares.count > 0 { requireCount(squares.count, rows, "squares") }
    if let scale { requireCount(scale.count, columns, "scale") }
    let run = functions(for: S.self).add_scaled_rows
    y.withUnsafeMutableBytes { y in
      total.withUnsafeMutableBytes { total in
        squares.withUnsafeMutableBufferPointer { squares in
          x.withUnsafeBytes { x in
            guard let y = y.baseAddress, let x = x.baseAddress else { return }
            withOptionalBytes(of: scale) { scale in
              run(
                y, x, scale, Int64(rows), Int64(columns), factors,
                total.isEmpty ? nil : total.baseAddress,
                squares.isEmpty ? nil : squares.baseAddress)
            }
          }
        }
      }
    }
  }

  /// result[r] ← Σⱼ x[r, j] y[r, j]: products in the scalar type, summed in Double.
  ///
  /// - Parameters:
  ///   - x: `[rows, columns]`, rows being the length of `result`.
  ///   - y: `[rows, columns]`.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func rowDots<S: KernelScalar>(
    _ x: Span<S>, _ y: Span<S>, into result: consuming MutableSpan<Double>
  ) {
    let rows = result.count
    let columns = rowCount(of: x.count, columns: rows)
    requireCount(y.count, x.count, "y")
    let run = functions(for: S.self).row_dots
    result.withUnsafeMutableBufferPointer { result in
      x.withUnsafeBytes { x in
        y.withUnsafeBytes { y in
          guard let result = result.baseAddress, let x = x.baseAddress, let y = y.baseAddress
          else { return }
          run(x, y, Int64(rows), Int64(columns), result)
        }
      }
    }
  }

  /// Whether a trajectory of two stretches, one after the other, makes a U-turn: as a whole, or where
  /// the stretches join.
  ///
  /// With ρ₁ and ρ₂ the sums of the momenta over the stretches, it goes on where all six are positive:
  ///
  ///     first·(ρ₁+ρ₂), last·(ρ₁+ρ₂),   first·(ρ₁+secondStart), secondStart·(ρ₁+secondStart),
  ///     firstEnd·(ρ₂+firstEnd), last·(ρ₂+firstEnd)
  ///
  /// NaN counts as a turn. Reference: M. Betancourt, A conceptual introduction to Hamiltonian Monte
  /// Carlo, arXiv:1701.02434, appendix A.4.2.
  ///
  /// - Parameter rows: `[any, columns]`, momenta and running sums as `stretches` numbers them.
  @specialized(where S == Float)
  @specialized(where S == Double)
  public func turns<S: KernelScalar>(
    _ rows: Span<S>, columns: Int, _ stretches: TrajectoryStretches
  ) -> Bool {
    let count = rowCount(of: rows.count, columns: columns)
    precondition(
      stretches.largestRow < count, "stretches name row \(stretches.largestRow) of \(count)")
    var ends = stretches.ends
    let run = functions(for: S.self).turns
    return rows.withUnsafeBytes { rows in
      rows.baseAddress.map { run($0, Int64(columns), &ends) != 0 } ?? true
    }
  }
}

/// Two stretches of a trajectory, one after the other, by the numbers of the rows that hold the momenta
/// at their ends and the running sums of momenta.
public struct TrajectoryStretches: Sendable {
  let ends: jk_span_ends
  let largestRow: Int

  /// - Parameters:
  ///   - first: the momentum where the first stretch starts.
  ///   - firstEnd: where it ends.
  ///   - secondStart: where the second starts.
  ///   - last: where it ends.
  ///   - sumBefore: the running sum before the first stretch; nil for zero.
  ///   - sumFirst: with the first.
  ///   - sumAll: with both.
  public init(
    first: Int, firstEnd: Int, secondStart: Int, last: Int, sumBefore: Int?, sumFirst: Int,
    sumAll: Int
  ) {
    let smallest = min(first, firstEnd, secondStart, last, sumBefore ?? 0, sumFirst, sumAll)
    precondition(smallest >= 0, "rows are numbered from 0, got \(smallest)")
    largestRow = max(first, firstEnd, secondStart, last, sumBefore ?? 0, sumFirst, sumAll)
    ends = jk_span_ends(
      first: Int64(first), first_end: Int64(firstEnd), second_start: Int64(secondStart),
      last: Int64(last), sum_before: Int64(sumBefore ?? -1), sum_first: Int64(sumFirst),
      sum_all: Int64(sumAll))
  }

  /// Two momenta and nothing between them: only the trajectory as a whole is looked at.
  public init(first: Int, last: Int, sumBefore: Int?, sumAll: Int) {
    let smallest = min(first, last, sumBefore ?? 0, sumAll)
    precondition(smallest >= 0, "rows are numbered from 0, got \(smallest)")
    largestRow = max(first, last, sumBefore ?? 0, sumAll)
    ends = jk_span_ends(
      first: Int64(first), first_end: Int64(first), second_start: Int64(last),
      last: Int64(last), sum_before: Int64(sumBefore ?? -1), sum_first: -1, sum_all: Int64(sumAll))
  }
}

/// The address of an array's elements, or none of no array.
@specialized(where S == Float)
@specialized(where S == Double)
private func withOptionalBytes<S>(of array: [S]?, _ body: (UnsafeRawPointer?) -> Void) {
  guard let array else { return body(nil) }
  array.withUnsafeBytes { body($0.baseAddress) }
}
