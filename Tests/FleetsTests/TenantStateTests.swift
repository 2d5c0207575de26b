import Testing
import Vocabulary

@testable import Fleets

@Suite struct TenantStateTests {
  private static let digest = MemoryImages.digest("a")
  private static let other = MemoryImages.digest("b")

  @Test func `the first order is due`() {
    #expect(TenantState.due(on: Self.digest, token: token(1, 1), after: nil) == .all)
  }

  @Test(arguments: [
    (token(4, 9), Due.fenced(token(5, 2))),
    (token(5, 1), .fenced(token(5, 2))),
    (token(5, 2), .rest),
    (token(5, 3), .rest),
    (token(6, 1), .all),
  ])
  func `the token decides what is due of an order for the same image`(
    token: FencingToken, due: Due
  ) {
    #expect(TenantState.due(on: Self.digest, token: token, after: Self.state) == due)
  }

  @Test(arguments: [
    (token(5, 2), Due.fenced(token(5, 2))),
    (token(5, 3), .fenced(token(5, 2))),
    (token(6, 1), .all),
  ])
  func `one decision is one image`(token: FencingToken, due: Due) {
    #expect(TenantState.due(on: Self.other, token: token, after: Self.state) == due)
  }

  @Test func `what came up before stands until the next one comes up`() {
    var state = Self.state
    state.comeUp()
    let next = Self.order(Self.other, token(6, 1))

    state.accept(next)
    #expect(state.standing?.digest == Self.digest && state.previous == nil)
    #expect(state.highest == token(6, 1) && state.progress == .accepted)

    state.comeUp()
    #expect(state.standing == next && state.previous?.digest == Self.digest)
    #expect(state.progress == .up)
  }

  private static let state = TenantState(first: order(digest, token(5, 2)))

  private static func order(_ digest: Digest, _ token: FencingToken) -> TenantState.Order {
    TenantState.Order(
      image: MemoryImages.location.at(digest), commit: Workplace.first, token: token,
      effect: EffectID(1))
  }
}

private func token(_ generation: UInt64, _ epoch: UInt64) -> FencingToken {
  FencingToken(generation: Generation(generation), epoch: Epoch(epoch))
}
