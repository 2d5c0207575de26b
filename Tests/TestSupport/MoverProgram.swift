/// A program that moves tenants, such as a user would write one for `driver: command`.
public enum MoverProgram {
  /// Called with a tenant's name, address, digest and commit, it starts `./tenant`, waits until that
  /// answers, and goes back to what ran before when it does not. A tenant that runs the image and may be
  /// kept is kept.
  ///
  /// It writes down its calls in `calls`, and the tenant's process, digest and commit in a file of the
  /// tenant's name. What `misbehaves-<digest>` holds, the tenant of that image is started with.
  public static let script = #"""
    #!/bin/sh
    set -eu
    slug=$1 url=$2 digest=$3 commit=$4
    manner=$(jq --raw-output .manner)
    echo "$*" >>calls

    launch() {
      env -i $(cat "misbehaves-$2" 2>/dev/null || true) GIT_SHA="$3" PORT="${url##*:}" \
        TENANT_SLUG="$slug" setsid ./tenant </dev/null >>"$slug.out" 2>&1 &
      echo "$! $2 $3" >"$slug"
      curl --silent --fail --retry 40 --retry-connrefused --retry-delay 0 --retry-max-time 5 \
        --output /dev/null "$url/buildinfo"
    }

    before=
    if [ -f "$slug" ]; then
      before=$(cat "$slug")
      if [ "$manner" = keep-if-running ] && [ "${before#* }" = "$digest $commit" ]; then
        echo '{"result": "already-there"}'
        exit
      fi
      kill "${before%% *}" 2>/dev/null || true
      while curl --silent --output /dev/null "$url/buildinfo"; do :; done
    fi
    if launch - "$digest" "$commit"; then
      echo '{"result": "restarted"}'
    elif [ -n "$before" ] && launch $before; then
      echo '{"result": "failed", "reason": "it did not answer", "restored": true}'
    else
      echo '{"result": "failed", "reason": "it did not answer", "restored": false}'
    fi

    """#
}
