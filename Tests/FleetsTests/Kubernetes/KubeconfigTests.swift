import SystemPackage
import TestSupport
import Testing
import Vocabulary

@testable import Fleets

struct KubeconfigTests {
  private static let text = """
    apiVersion: v1
    kind: Config
    current-context: staging
    clusters:
      - name: eu
        cluster: {server: "https://10.0.0.1:6443/k8s"}
      - name: here
        cluster: {server: "http://127.0.0.1:8001"}
    users:
      - name: robot
        user: {token: t0ken}
      - name: file
        user: {tokenFile: token, token: stale}
      - name: nobody
        user: {}
    contexts:
      - name: staging
        context: {cluster: eu, user: robot, namespace: ignored}
      - name: production
        context: {cluster: here, user: file}
      - name: anonymous
        context: {cluster: here, user: nobody}

    """

  @Test func `the current context is taken unless one is named`() async throws {
    try await withTemporaryDirectory { folder in
      try Disk.replace(folder.appending("config"), with: Array(Self.text.utf8))
      try Disk.replace(folder.appending("token"), with: Array("fresh\n".utf8))
      let path = folder.appending("config").string

      let current = try ClusterAccess.kubeconfig(path, context: nil)
      let named = try ClusterAccess.kubeconfig(path, context: "production")
      let anonymous = try ClusterAccess.kubeconfig(path, context: "anonymous")

      #expect(current.address == "https://10.0.0.1:6443/k8s")
      #expect(try await current.authorization()?.reveal { $0 } == "Bearer t0ken")
      #expect(named.address == "http://127.0.0.1:8001")
      #expect(try await named.authorization()?.reveal { $0 } == "Bearer fresh")
      #expect(try await anonymous.authorization() == nil)
    }
  }

  @Test(arguments: [
    ("current-context: staging\n", "", "says no 'current-context'"),
    ("current-context: staging", "current-context: gone", "has no 'gone' in 'contexts'"),
    ("cluster: eu, user: robot", "cluster: us, user: robot", "has no 'us' in 'clusters'"),
    ("{token: t0ken}", "{exec: {command: aws}}", "pawl runs no program for a credential"),
    ("{token: t0ken}", "{auth-provider: {name: gcp}}", "says 'auth-provider' of the user"),
    ("{token: t0ken}", "{username: a, password: b}", "API servers take no passwords any more"),
    ("{token: t0ken}", "{token: a, as: admin}", "says 'as' of the user"),
    ("{token: t0ken}", "{client-certificate-data: QQ==}", "'client-key' of the user together"),
    (
      "6443/k8s\"", "6443\", insecure-skip-tls-verify: true",
      "so anybody could answer: name its authority"
    ),
    ("6443/k8s\"", "6443\", proxy-url: \"http://p\"", "says 'proxy-url' of the cluster"),
    ("6443/k8s\"", "6443\", tls-server-name: a", "says 'tls-server-name' of the cluster"),
    ("6443/k8s\"", "6443\", certificate-authority: gone.pem", "names a file as 'certificate-auth"),
    ("6443/k8s\"", "6443\", certificate-authority-data: \"?\"", "has no base64 as 'certificate-"),
    ("6443/k8s\"", "6443\", certificate-authority-data: QUJD", "certificates in PEM"),
    ("https://10.0.0.1:6443/k8s", "http://10.0.0.1:8080", "everybody on the way sees the token"),
    ("https://10.0.0.1:6443/k8s", "10.0.0.1", "has no web address as 'server'"),
    ("name: here", "name: eu", "has two entries 'eu' in 'clusters'"),
    ("apiVersion: v1", "apiVersion: [", "is no YAML document"),
  ])
  func `what cannot be done is said, and where`(
    old: String, new: String, sentence: String
  ) async throws {
    try await withTemporaryDirectory { folder in
      let text = Self.text.replacing(old, with: new, maxReplacements: 1)
      let path = folder.appending("config")
      try Disk.replace(path, with: Array(text.utf8))

      let error = #expect(throws: Unknown.self) {
        try ClusterAccess.kubeconfig(path.string, context: nil)
      }

      #expect(error?.detail.contains(sentence) == true, "\(String(describing: error))")
      #expect(error?.detail.contains("t0ken") == false)
    }
  }

  @Test func `a file that is not there is named`() {
    let error = #expect(throws: Unknown.self) {
      try ClusterAccess.kubeconfig("/nowhere/config", context: nil)
    }

    #expect(error?.detail == "expected a kubeconfig, found no file /nowhere/config")
  }

  @Test func `a pod finds its account and its authority, also at an IPv6 address`() async throws {
    try await withTemporaryDirectory { folder in
      let authority = try await TestAuthority.other(in: folder)
      try Disk.replace(folder.appending("ca.crt"), with: authority)
      try Disk.replace(folder.appending("token"), with: Array("t0ken".utf8))

      let access = try ClusterAccess.ofThisPod(
        host: "fd00::1", port: "443", folder: folder.string)

      #expect(access.address == "https://[fd00::1]:443")
      #expect(access.trust != nil)
      #expect(try await access.authorization()?.reveal { $0 } == "Bearer t0ken")
    }
  }

  @Test func `outside of a pod it says how else a cluster is reached`() {
    let error = #expect(throws: Unknown.self) {
      try ClusterAccess.ofThisPod(host: nil, port: nil)
    }

    #expect(error?.detail.contains("write 'cluster: {kubeconfig: PATH}'") == true)
  }
}
