import Capabilities
import Control
import Decisions
import OrderedCollections
import Vocabulary

// Carrying out an order: wave after wave, each tenant through the driver, and each looked at afterwards.

extension ControlPlane {
  func perform(_ number: UInt64) async {
    guard let (record, underWay) = underWay(number) else { return }
    let roll = underWay.roll
    let tenants = Dictionary(
      record.tenants.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
    for (slug, why) in roll.pinned { note(Row(slug, pinned: why), in: number) }
    var rows: [Row] = []
    var objection: Refusal?
    for wave in roll.waves {
      if objection == nil { objection = await whyNotNow(wave.tenants, record, underWay) }
      if let objection {
        skip(wave, in: number, because: objection.sentence)
        continue
      }
      let moved = await move(wave.tenants.compactMap { tenants[$0] }, wave.name, record, underWay)
      rows += moved
      objection = roll.objection(to: rows).map(Self.failure)
      if let row = moved.first(where: { $0.status == .notStarted }) {
        // However many failures the order bears, one that was forbidden has not come to its end.
        objection =
          await whyNotNow([row.slug], record, underWay) ?? Self.failure(row.error ?? "not started")
      }
      guard objection == nil, roll.soak(after: wave) > .zero else { continue }
      rows = await soak(rows, roll.soak(after: wave), tenants, record)
      objection = roll.objection(to: rows).map(Self.failure)
    }
    if objection == nil {
      objection = roll.objectionAtEnd(to: rows).map { Refusal(409, $0) }
    }
    await end(number, objection)
  }

  private static func failure(_ sentence: String) -> Refusal { Refusal(500, sentence) }

  private func skip(_ wave: Wave, in number: UInt64, because objection: String) {
    for slug in wave.tenants {
      note(Row(slug, wave.name, .notStarted, "not started: \(objection)"), in: number)
    }
  }

  /// What the journal says now. Asked again before every wave and every tenant: somebody may have stopped
  /// everything or what is ordered, or released something newer meanwhile (invariant I4).
  /// - Throws: why nothing may be sent, or why nobody can say whether it may.
  private func permission(
    _ slugs: [TenantSlug], _ record: RunRecord, _ underWay: UnderWay
  ) async throws(Refusal) -> ControlState {
    if isStopping {
      throw Refusal(503, "the control plane is stopping: send the same order again")
    }
    return try await judge(
      outside(record.target.digest, record.target.commit, record.target.token, slugs, told: [:]),
      by: underWay.bearer)
  }

  private func whyNotNow(
    _ slugs: [TenantSlug], _ record: RunRecord, _ underWay: UnderWay
  ) async -> Refusal? {
    do throws(Refusal) {
      _ = try await permission(slugs, record, underWay)
      return nil
    } catch {
      return error
    }
  }

  /// Moves the tenants of one wave, a bounded number at once; rows are in their order.
  private func move(
    _ tenants: [Tenant], _ phase: Wave.Name, _ record: RunRecord, _ underWay: UnderWay
  ) async -> [Row] {
    await withTaskGroup(of: (Int, Row).self) { group in
      var rows: [Int: Row] = [:]
      var next = 0
      while next < min(Self.inFlightMax, tenants.count) {
        let index = next
        group.addTask { (index, await self.move(tenants[index], phase, record, underWay)) }
        next += 1
      }
      while let (index, row) = await group.next() {
        rows[index] = row
        note(row, in: record.number)
        guard next < tenants.count else { continue }
        let following = next
        group.addTask { (following, await self.move(tenants[following], phase, record, underWay)) }
        next += 1
      }
      return tenants.indices.compactMap { rows[$0] }
    }
  }

  private nonisolated func move(
    _ tenant: Tenant, _ phase: Wave.Name, _ record: RunRecord, _ underWay: UnderWay
  ) async -> Row {
    let state: ControlState
    do throws(Refusal) {
      state = try await permission([tenant.slug], record, underWay)
    } catch {
      return Row(tenant.slug, phase, .notStarted, error.sentence)
    }
    if let pin = state.safety.pins[tenant.slug] {
      return Row(tenant.slug, phase, .pinned, "\(tenant.slug) is pinned: \(pin.sentence)")
    }
    let (target, order) = (record.target, underWay.order)
    let redeploy = Redeploy(
      tenant: tenant, location: parts.location, digest: target.digest, commit: target.commit,
      generation: target.token.generation, manner: order.manner)
    let result = await parts.fleet.redeploy(
      redeploy, token: target.token, effect: record.effect)
    guard order.settle > .zero, result == .restarted || result == .alreadyThere else {
      return Row(redeploy, phase, token: target.token, result: result, receipt: nil)
    }
    guard
      let receipt = await look(
        at: tenant, for: target.commit, within: order.settle, samples: parts.settle.samples)
    else {
      let gone = Unknown(.timedOut, "the control plane is stopping and did not wait for it")
      return Row(redeploy, phase, token: target.token, result: .unknown(gone), receipt: nil)
    }
    return Row(redeploy, phase, token: target.token, result: result, receipt: receipt)
  }

  private nonisolated func look(
    at tenant: Tenant, for commit: Commit, within budget: TimeSpan, samples: Int
  ) async -> Receipt? {
    let budget = SettleBudget(
      budget: budget, pauseFirst: parts.settle.pauseFirst, pauseMax: parts.settle.pauseMax,
      samples: samples)
    return await parts.runner.settle(tenant, expected: commit, budget) { !self.isStopping }
  }

  /// Waits, and looks once more at everybody moved so far: who dies in the soak has failed.
  private func soak(
    _ rows: [Row], _ span: TimeSpan, _ tenants: [TenantSlug: Tenant], _ record: RunRecord
  ) async -> [Row] {
    parts.say("run \(record.number): soaking for \(span)")
    do { try await parts.alarms.pause(for: span) } catch { return rows }
    var after: [Row] = []
    for var row in rows {
      if row.status == .success, let tenant = tenants[row.slug],
        let receipt = await look(
          at: tenant, for: record.target.commit, within: .zero, samples: 1),
        !receipt.isProof
      {
        row.see(receipt)
        note(row, in: record.number)
      }
      after.append(row)
    }
    return after
  }
}

extension RunRecord {
  /// The same for every sending of one order, so that a driver carries it out once.
  fileprivate var effect: EffectID {
    let name = key.map { "\(by) \($0)" } ?? "run \(number) of \(at.milliseconds)"
    // The first 52 bits: a number that every JSON reader keeps whole.
    return EffectID(UInt64(sha256(Array(name.utf8)).hex.prefix(13), radix: 16) ?? number)
  }
}
