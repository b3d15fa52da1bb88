import Joule
import Testing

/// Ladders of temperatures: what is refused, and how costs are shared.
@Suite struct TemperatureLadderTests {
  @Test func whatIsNoLadderIsRefusedByName() {
    #expect(throws: LadderError.tooFew(1)) { try TemperatureLadder([1]) }
    #expect(throws: LadderError.tooFew(0)) { try TemperatureLadder([]) }
    #expect(throws: LadderError.tooFew(1)) { try TemperatureLadder.linear(count: 1) }
    #expect(throws: LadderError.tooFew(0)) { try TemperatureLadder.geometric(from: 0.1, count: 0) }
    #expect(throws: LadderError.notAscending(index: 2, 0.5, 0.2)) {
      try TemperatureLadder([0, 0.5, 0.2, 1])
    }
    #expect(throws: LadderError.notAscending(index: 1, 0.5, 0.5)) {
      try TemperatureLadder([0.5, 0.5])
    }
    #expect(throws: LadderError.self) { try TemperatureLadder([0, .nan, 1]) }
    #expect(throws: LadderError.notATemperature(index: 1, .infinity)) {
      try TemperatureLadder([0, .infinity])
    }
    #expect(throws: LadderError.notATemperature(index: 0, -0.1)) {
      try TemperatureLadder([-0.1, 1])
    }
    #expect(throws: LadderError.notATemperature(index: 0, 0)) {
      try TemperatureLadder.geometric(from: 0, count: 5)
    }
    #expect(throws: LadderError.tooFew(0)) { try CoolingSchedule([]) }
    #expect(throws: LadderError.self) { try CoolingSchedule([1, .nan]) }
    #expect(throws: LadderError.tooFew(1)) {
      try CoolingSchedule.geometric(from: 1, to: 2, steps: 1)
    }
  }

  @Test func messagesSayWhatWasFound() {
    #expect(LadderError.tooFew(1).description == "a ladder has at least 2 temperatures, got 1")
    #expect(
      LadderError.notAscending(index: 2, 0.5, 0.2).description
        == "the betas of a ladder ascend: number 2 is 0.2, after 0.5")
    #expect(LadderError.notATemperature(index: 3, .nan).description.contains("beta nan"))
  }

  @Test func laddersHaveTheSpacingTheySay() throws {
    #expect(try TemperatureLadder.linear(count: 5).betas == [0, 0.25, 0.5, 0.75, 1])
    let ladder = try TemperatureLadder.geometric(from: 0.01, count: 5)
    for index in 1..<5 {
      #expect(abs(ladder.betas[index] / ladder.betas[index - 1] - 10.0.squareRoot()) < 1e-12)
    }
  }

  @Test func equalCostsLeaveALadderAsItIs() throws {
    let ladder = try TemperatureLadder([0, 0.1, 0.4, 0.7, 1])
    for (new, old) in zip(ladder.sharing([2, 2, 2, 2]).betas, ladder.betas) {
      #expect(abs(new - old) < 1e-12)
    }
    // No cost at all is shared equally too.
    for (new, old) in zip(ladder.sharing([0, 0, 0, 0]).betas, ladder.betas) {
      #expect(abs(new - old) < 1e-12)
    }
  }

  @Test func aKnownCostIsSharedEqually() throws {
    // Cost up to β is β²: equal shares at √(k/n). The curve between 41 points is good to 1e-4.
    let fine = try TemperatureLadder.linear(count: 41)
    let costs = zip(fine.betas.dropFirst(), fine.betas).map { $0 * $0 - $1 * $1 }
    let shared = fine.sharing(costs, count: 9)
    for index in 0...8 {
      #expect(abs(shared.betas[index] - (Double(index) / 8).squareRoot()) < 1e-3)
    }
  }

  @Test func abruptCostsKeepTheOrder() throws {
    let ladder = try TemperatureLadder.linear(count: 6)
    let shared = ladder.sharing([0, 1e6, 0, 1e-9, 3], count: 400)
    #expect(shared.count == 400 && shared.betas[0] == 0 && shared.betas[399] == 1)
    #expect(zip(shared.betas, shared.betas.dropFirst()).allSatisfy { $0 < $1 })
  }
}
