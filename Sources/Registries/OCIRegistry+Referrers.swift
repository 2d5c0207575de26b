import Transport
public import Vocabulary

/// How many things may refer to one image; more are not brought.
private let referrersMax = 100
/// How many pages of a list are asked for.
private let pagesMax = 10

extension OCIRegistry {
  /// Referrers are listed by the registry (distribution-spec, "Listing Referrers"), or under the tag that
  /// stands in for that list; cosign has tags of its own. They are separate objects, so an image is whole
  /// without them, and what goes wrong with them is told and nothing more.
  ///
  /// They are asked for by the digest that was copied. What refers to one image of an index alone is not
  /// brought: it would take five requests for each.
  public func bringReferrers(_ order: ReferrerCopy) async -> BroughtReferrers {
    var work = ReferrerWork(order: order)
    do throws(Unknown) {
      let list = try await listed(of: order.digest, in: order.from)
      if let rest = list.rest { work.complaints.append(rest) }
      await bring(list.entries, &work)
    } catch {
      work.complaints.append(error.description)
    }
    for tag in CosignTag.allCases { await bring(tag.name(of: order.digest), &work) }
    return BroughtReferrers(brought: work.brought, complaints: work.complaints)
  }

  private func listed(
    of digest: Digest, in location: ImageLocation
  ) async throws(Unknown) -> ListedReferrers {
    // A registry that does not know the question answers 404, and not in a registry's words.
    let first = listRequest(of: digest, in: location)
    if let page = try await page(first, of: location).required() {
      return await listed(after: page, of: location)
    }
    let tag = location.at(digest.besideIt(""))
    guard let manifest = try await reader.manifest(tag).required() else {
      return ListedReferrers(entries: [])
    }
    return ListedReferrers(entries: try manifest.entries(in: location))
  }

  /// The whole list that begins with `first`, or as much of it as can be had.
  private func listed(
    after first: ReferrerPage, of location: ImageLocation
  ) async -> ListedReferrers {
    var list = ListedReferrers(entries: first.entries)
    var page = first
    var pages = 1
    do throws(Unknown) {
      while let request = try page.next.get() {
        guard pages < pagesMax, list.entries.count <= referrersMax else {
          list.rest =
            "\(location): there are more referrers than \(pages) pages list; they were left"
          return list
        }
        pages += 1
        guard let following = try await self.page(request, of: location).required() else {
          throw Unknown(.unanswerable, "\(request): expected the next page, found nothing")
        }
        page = following
        list.entries += page.entries
      }
    } catch {
      list.rest = "\(location): the rest of the list of referrers was left: \(error)"
    }
    return list
  }

  private func listRequest(of digest: Digest, in location: ImageLocation) -> HTTPRequest {
    client.request(
      .get, "/v2/\(location.repository)/referrers/\(digest)", on: location.registry)
  }

  private func page(
    _ request: HTTPRequest, of location: ImageLocation
  ) async -> Reading<ReferrerPage> {
    let limits = DistributionClient.limits(bodyBytesMax: StoredManifest.bytesMax)
    let (result, request) = await client.fetch(request, .pull(location), limits: limits)
    return client.read(result, request, location.registry) { answer throws(Unknown) in
      guard let entries = decoded(ManifestDocument.self, from: answer.body)?.manifests else {
        throw Unknown(.malformed, "\(request): expected a list of referrers, found something else")
      }
      return ReferrerPage(entries: entries, next: answer.nextPage(after: request))
    }
  }

  /// Brings what a registry lists, and has it listed where it is brought.
  private func bring(_ entries: [Descriptor], _ work: inout ReferrerWork) async {
    if entries.count > referrersMax {
      work.complaints.append("\(entries.count - referrersMax) more than \(referrersMax) referrers")
    }
    var brought: [Descriptor] = []
    for entry in entries.prefix(referrersMax) {
      let copy = ImageCopy(
        digest: entry.digest, from: work.order.from, to: work.order.to, nearby: nil)
      switch await self.copy(copy) {
      case .copied:
        brought.append(entry)
        work.brought.append(work.order.to.at(entry.digest).text)
      case .failed(let unknown):
        work.complaints.append("\(work.order.from.at(entry.digest)): \(unknown)")
      }
    }
    guard !brought.isEmpty else { return }
    await enlist(brought, &work)
  }

  /// A registry that lists no referrers itself is given a tag that does (distribution-spec, "Pushing
  /// Manifests with Subject"): what is listed under it already stays.
  private func enlist(_ entries: [Descriptor], _ work: inout ReferrerWork) async {
    let request = listRequest(of: work.order.digest, in: work.order.to)
    guard case .absent = await page(request, of: work.order.to) else { return }
    let tag = work.order.digest.besideIt("")
    let target = work.order.to.at(tag)
    do throws(Unknown) {
      let shown = try await reader.manifest(target).required()
      let listed = try shown?.entries(in: work.order.to) ?? []
      let new = entries.filter { entry in !listed.contains { $0.digest == entry.digest } }
      guard !new.isEmpty else { return }
      let index = try StoredManifest(listing: new, beside: shown, in: work.order.to)
      if case .incomplete(let lacking) = try await copier.put(index, to: work.order.to) {
        throw lacking
      }
      let write = TagWrite(
        location: work.order.to, tag: tag, digest: index.digest,
        before: TagWrite.Before(shown?.digest))
      switch await point(write) {
      case .written: work.brought.append(target.text)
      case .refused(let unknown), .ambiguous(let unknown): throw unknown
      }
    } catch {
      work.complaints.append("\(target): \(error)")
    }
  }

  /// Brings what lies under a tag, unless another thing lies there already.
  private func bring(_ tag: TagName, _ work: inout ReferrerWork) async {
    let (source, target) = (work.order.from.at(tag), work.order.to.at(tag))
    do throws(Unknown) {
      guard let root = try await reader.manifest(source).required() else { return }
      switch try await digest(of: target).required() {
      case root.digest: return
      case .some(let other):
        work.complaints.append("\(target): shows \(other.short) already, which was left")
      case nil:
        try await copy(root, from: work.order.from, to: target, nearby: nil)
        work.brought.append(target.text)
      }
    } catch {
      work.complaints.append("\(source): \(error)")
    }
  }
}

/// What is to be brought, and what has come of it so far.
private struct ReferrerWork {
  let order: ReferrerCopy
  var brought: [String] = []
  var complaints: [String] = []
}

/// One answer to the question for referrers.
private struct ReferrerPage: Sendable {
  let entries: [Descriptor]
  /// What asks for the page after it; nil when there is none.
  let next: Result<HTTPRequest?, Unknown>
}

private struct ListedReferrers: Sendable {
  var entries: [Descriptor]
  /// Why it is not the whole list; nil when it is.
  var rest: String?
}

extension HTTPAnswer {
  /// What asks for the next page: `Link: </v2/…?last=…>; rel="next"` (distribution-spec, "Listing Referrers";
  /// RFC 8288). A failure when that leads to another host, or nowhere.
  fileprivate func nextPage(after request: HTTPRequest) -> Result<HTTPRequest?, Unknown> {
    let links = values(of: "link").flatMap { $0.split(separator: ",") }
    guard let link = links.first(where: Self.leadsOn) else { return .success(nil) }
    let text = link.prefix { $0 != ";" }.filter { $0 != " " }
    guard text.hasPrefix("<"), text.hasSuffix(">") else {
      return .failure(
        Unknown(.malformed, "\(request): expected a link to the next page, found something else"))
    }
    let target = String(text.dropFirst().dropLast())
    guard let next = request.redirected(to: target),
      next.address.isSecure == request.address.isSecure,
      next.address.authority == request.address.authority
    else {
      return .failure(
        Unknown(.malformed, "\(request): the next page is said to be at another host"))
    }
    return .success(next)
  }

  private static func leadsOn(_ link: Substring) -> Bool {
    link.split(separator: ";").dropFirst().contains { parameter in
      parameter.filter { $0 != " " && $0 != "\"" }.lowercased() == "rel=next"
    }
  }
}

/// cosign adds an ending for each kind of thing (sigstore/cosign, "Tag-based discovery").
private enum CosignTag: String, CaseIterable {
  case signature = ".sig"
  case attestation = ".att"
  case materials = ".sbom"

  func name(of digest: Digest) -> TagName { digest.besideIt(rawValue) }
}

extension Digest {
  /// `sha256-<hex>`, which stands in for a list of referrers, with an ending. Algorithm and digits are
  /// letters of a tag, cut so that every tag has room for them.
  fileprivate func besideIt(_ ending: String) -> TagName {
    TagName(normalized: "\(algorithm.rawValue)-\(hex.prefix(64))\(ending)")
  }
}

extension StoredManifest {
  fileprivate func entries(in location: ImageLocation) throws(Unknown) -> [Descriptor] {
    switch try content(of: location) {
    case .index(let entries): return entries
    case .image:
      throw Unknown(
        .malformed, "\(location.at(digest)): expected a list of referrers, found an image")
    }
  }

  /// An index that lists `entries` beside everything that `shown` says, in the words it says it.
  fileprivate init(
    listing entries: [Descriptor], beside shown: StoredManifest?, in location: ImageLocation
  ) throws(Unknown) {
    var bytes = encoded(ReferrerList(manifests: entries))
    if let shown {
      guard let joined = appended(entries, to: "manifests", of: shown.bytes) else {
        throw Unknown(
          .malformed, "\(location.at(shown.digest)): expected a list of referrers, found another")
      }
      bytes = joined
    }
    self.init(digest: Digest(of: bytes, .sha256), type: shown?.type ?? .ociIndex, bytes: bytes)
  }
}

private struct ReferrerList: Encodable {
  let schemaVersion = 2
  let mediaType = ManifestType.ociIndex.rawValue
  let manifests: [Descriptor]
}
