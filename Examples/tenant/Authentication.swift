/// HMAC-SHA256 (RFC 2104): shows that who made it knows `key`.
func authentication(of message: [UInt8], with key: [UInt8]) -> [UInt8] {
  var block = key.count > 64 ? sha256(key) : key
  block += [UInt8](repeating: 0, count: 64 - block.count)
  let inner = sha256(block.map { $0 ^ 0x36 } + message)
  return sha256(block.map { $0 ^ 0x5C } + inner)
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// SHA-256 (FIPS 180-4), as short as it can be read. A tenant of your own takes it from its library.
func sha256(_ message: [UInt8]) -> [UInt8] {
  let primes = firstPrimes(64)
  let constants = primes.map { fraction(cubeRoot: $0) }
  var hash = primes.prefix(8).map { fraction(squareRoot: $0) }
  var padded = message + [0x80]
  padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
  padded += (0..<8).map { UInt8(truncatingIfNeeded: (message.count * 8) >> (56 - 8 * $0)) }
  for start in stride(from: 0, to: padded.count, by: 64) {
    compress(padded[start..<start + 64], into: &hash, constants)
  }
  return hash.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
}

private func compress(
  _ block: ArraySlice<UInt8>, into hash: inout [UInt32], _ constants: [UInt32]
) {
  var words = (0..<16).map { at in
    block.dropFirst(4 * at).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
  }
  for at in 16..<64 {
    let (early, late) = (words[at - 15], words[at - 2])
    let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
    let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
    words.append(words[at - 16] &+ first &+ words[at - 7] &+ second)
  }
  var state = hash
  for at in 0..<64 {
    let (a, e) = (state[0], state[4])
    let choice = e & state[5] ^ ~e & state[6]
    let majority = a & state[1] ^ a & state[2] ^ state[1] & state[2]
    let first =
      state[7] &+ (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) &+ choice &+ constants[at] &+ words[at]
    let second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ majority
    state = [first &+ second] + state[0..<3] + [state[3] &+ first] + state[4..<7]
  }
  for at in hash.indices { hash[at] &+= state[at] }
}

private func turn(_ word: UInt32, _ count: UInt32) -> UInt32 {
  word >> count | word << (32 - count)
}

private func firstPrimes(_ count: Int) -> [UInt64] {
  var primes: [UInt64] = []
  var number: UInt64 = 2
  while primes.count < count {
    if !primes.contains(where: { number.isMultiple(of: $0) }) { primes.append(number) }
    number += 1
  }
  return primes
}

/// The first 32 bits of the fraction of the square root, by integers alone.
private func fraction(squareRoot prime: UInt64) -> UInt32 {
  UInt32(truncatingIfNeeded: largest { $0.multipliedFullWidth(by: $0) <= (prime, 0) })
}

/// The same of the cube root: of 36 bits, the last 32.
private func fraction(cubeRoot prime: UInt64) -> UInt32 {
  UInt32(
    truncatingIfNeeded: largest { root in
      let square = root.multipliedFullWidth(by: root)
      // Roots are below 2^35 and squares below 2^70; their product with the root is compared at 2^96.
      let high = square.high * root + square.low.multipliedFullWidth(by: root).high
      let low = square.low &* root
      return (high, low) <= (prime << 32, 0)
    })
}

/// The largest number below 2^36 for which `fits` holds; it holds up to some number, and not beyond.
private func largest(_ fits: (UInt64) -> Bool) -> UInt64 {
  var root: UInt64 = 0
  for bit in (0..<36).reversed() where fits(root | 1 << bit) { root |= 1 << bit }
  return root
}
