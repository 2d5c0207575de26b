import Dispatch
import Glibc
import Synchronization
public import Vocabulary

/// Looks up the addresses of a host, the most promising first. A failure's detail finishes a sentence that
/// begins with the request.
public typealias HostLookup = @Sendable (_ host: String) async -> Result<[IPAddress], Unknown>

/// Asks the system: the hosts file, DNS and whatever else it is set up for. A host that is an address is
/// its own.
///
/// Cancelling ends the waiting. The system's own look-up cannot be ended; it goes on in a thread of its own
/// until it is over, and nobody hears of it.
public func systemHostLookup(_ host: String) async -> Result<[IPAddress], Unknown> {
  // What is an address already is not looked up, and nothing is waited for.
  if let literal = IPAddress(literal: host) { return .success([literal]) }
  let lookup = PendingLookup()
  return await withTaskCancellationHandler {
    await withCheckedContinuation { waiting in
      lookup.wait(waiting)
      DispatchQueue.global().async { lookup.end(addresses(of: host)) }
    }
  } onCancel: {
    lookup.end(.failure(Unknown(.timedOut, "the look-up of its name was given up")))
  }
}

/// A look-up and the one who waits for it; the first end counts.
private final class PendingLookup: Sendable {
  typealias Found = Result<[IPAddress], Unknown>

  private enum State {
    case begun
    case awaited(CheckedContinuation<Found, Never>)
    case ended(Found)
  }

  private let state = Mutex(State.begun)

  func wait(_ waiting: CheckedContinuation<Found, Never>) {
    state.withLock { state in
      switch state {
      case .begun: state = .awaited(waiting)
      case .ended(let found): waiting.resume(returning: found)
      case .awaited: preconditionFailure("a look-up is waited for by one")
      }
    }
  }

  func end(_ found: Found) {
    state.withLock { state in
      if case .ended = state { return }
      if case .awaited(let waiting) = state { waiting.resume(returning: found) }
      state = .ended(found)
    }
  }
}

private func addresses(of host: String) -> Result<[IPAddress], Unknown> {
  var hints = addrinfo()
  hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
  var first: UnsafeMutablePointer<addrinfo>?
  let status = getaddrinfo(host, nil, &hints, &first)
  defer { if let first { freeaddrinfo(first) } }
  guard status == 0 else {
    return .failure(Unknown(.unreachable, "the name could not be resolved"))
  }
  var addresses: [IPAddress] = []
  var entry = first
  while let found = entry?.pointee {
    if let address = IPAddress(found), !addresses.contains(address) { addresses.append(address) }
    entry = found.ai_next
  }
  return addresses.isEmpty
    ? .failure(Unknown(.unreachable, "the name has no address")) : .success(addresses)
}

extension IPAddress {
  /// The address that `host` is, as it stands in a URL but without brackets; nil for a name, and for the
  /// abbreviations of version 4 that the system understands besides.
  init?(literal host: String) {
    var older = in_addr()
    var newer = in6_addr()
    if inet_pton(AF_INET, host, &older) == 1 {
      self.init(withUnsafeBytes(of: &older) { Array($0) })
    } else if inet_pton(AF_INET6, host, &newer) == 1 {
      self.init(withUnsafeBytes(of: &newer) { Array($0) })
    } else {
      return nil
    }
  }

  /// Nil for an address of another family.
  fileprivate init?(_ entry: addrinfo) {
    guard let place = UnsafeRawPointer(entry.ai_addr) else { return nil }
    switch entry.ai_family {
    case AF_INET:
      var address = place.loadUnaligned(as: sockaddr_in.self).sin_addr
      self.init(withUnsafeBytes(of: &address) { Array($0) })
    case AF_INET6:
      var address = place.loadUnaligned(as: sockaddr_in6.self).sin6_addr
      self.init(withUnsafeBytes(of: &address) { Array($0) })
    default: return nil
    }
  }
}
