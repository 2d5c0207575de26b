/* admit -> fence -> redeploy -> prove -> promote -> recover, for every interleaving of: two candidates that
 * arrive in any order, two controllers, one tenant, the two tags of one channel, one crash at any point, one
 * request that arrives late, and two that are lost.
 *
 * What is global is durable (the journal) or outside (the tenant, the tags, the network); what is local to a
 * controller is gone when it dies. Model/check runs it, and every variant, which has to fail; what it covers and
 * what not is said in docs/decisions/0051-the-model.md.
 *
 * Variants: ONE_CHECK, EVERY_CHECK (jobs without a journal), LEASE (the lead can be lost by being slow),
 * NO_FENCE (the tenant compares no tokens), NO_LOCK_DELAY, NO_INTENT, NO_DURABLE_EFFECT.
 */

#define OLD 1
#define NEW 2
#define NOBODY 255

mtype = { redeploy, write };
mtype = { idle, admitted, ordered, proven, writing };

/* The journal. */
byte newest = 0;       /* the newest candidate that was admitted */
byte current = 0;       /* the one that is being worked on */
byte generation = 0;   /* goes up with every candidate that becomes the current one */
byte epoch = 0;        /* goes up with every leader */
mtype phase = idle;
bool intent_open = false;
bool in_doubt[2];      /* a write to this tag was decided on, and what came of it is not known */
bool seen_new[2];          /* this tag was read back and shows the current candidate */

/* The lock of the operating system: it ends with the process that holds it. */
byte lead = NOBODY;
bool alive[2];

/* Outside. */
bool arrived[3];
byte running = 0;
byte highest = 0;      /* the highest token the tenant has obeyed */
byte tag[2];

/* The network: one request can be late; two are lost, or their answers are. */
bool late_used = false;
bool late_here = false;
mtype late_kind;
byte late_commit, late_token, late_tag;
byte losses = 0;

bool crashed = false;

#define LATE_WRITE_TO(t) (late_here && late_kind == write && late_tag == t)

/* What a sink makes of a request. I1: nothing goes backwards. I5b: the tenant obeys in the order of tokens. */
inline obey(kind, c, token, t) {
  if
  :: kind == redeploy ->
#ifndef NO_FENCE
       if
       :: token >= highest ->
#endif
            assert(c >= running);
            assert(token >= highest);
            running = c;
            highest = token
#ifndef NO_FENCE
       :: else -> skip
       fi
#endif
  :: kind == write ->
       assert(c >= tag[t]);
       tag[t] = c
  fi
}

/* A request on its way: obeyed, obeyed and the answer lost, lost, or late. */
inline send(kind, c, token, t) {
  if
  :: obey(kind, c, token, t); answered = true
  :: losses < 2 -> losses++; obey(kind, c, token, t); answered = false
  :: losses < 2 -> losses++; answered = false
  :: !late_used ->
       late_used = true;
       late_here = true;
       late_kind = kind;
       late_commit = c;
       late_token = token;
       late_tag = t;
       answered = false
  fi
}

active proctype Late() {
end:
  do
  :: atomic { late_here -> obey(late_kind, late_commit, late_token, late_tag); late_here = false }
  :: timeout -> break
  od
}

active proctype Builds() {
  if
  :: atomic { arrived[OLD] = true }; atomic { arrived[NEW] = true }
  :: atomic { arrived[NEW] = true }; atomic { arrived[OLD] = true }
  fi
}

#if defined(ONE_CHECK) || defined(EVERY_CHECK)

/* What teams glue together: a job for every commit, which looks whether a newer one is there. */
#ifdef EVERY_CHECK
#define CHECK newest <= c
#else
#define CHECK true
#endif

proctype Job(byte c) {
  bool answered;
  atomic {
    arrived[c];
    if
    :: newest > c -> goto over
    :: else -> newest = c
    fi
  };
  if :: CHECK :: else -> goto over fi;
  atomic { send(redeploy, c, 0, 0) };
endwait:
  running == c;
  if :: CHECK :: else -> goto over fi;
  atomic { send(write, c, 0, 0) };
  if :: CHECK :: else -> goto over fi;
  atomic { send(write, c, 0, 1) };
over:
  skip
}

init { atomic { run Job(OLD); run Job(NEW) } }

#else

#define MINE (lead == me && alive[me])
#ifdef NO_LOCK_DELAY
#define IS_COOL(t) true
#else
#define IS_COOL(t) (!LATE_WRITE_TO(t))
#endif
#define TOKEN (generation * 8 + epoch)

proctype Controller(byte me) {
  bool answered, in_hand;
  mtype kind;
  byte c, token, t;
end:
  do
  /* It takes the lead. Whatever the last leader had decided on and not recorded is in doubt already. */
  :: atomic { alive[me] && lead == NOBODY -> lead = me; epoch++; in_hand = false }

  /* A newer candidate takes over, unless a channel is half written: that is made whole first. */
  :: atomic {
       MINE && !in_hand && !intent_open && arrived[NEW] && newest < NEW ->
       newest = NEW; current = NEW; generation++; phase = admitted
     }
  :: atomic {
       MINE && !in_hand && !intent_open && arrived[OLD] && newest < OLD ->
       newest = OLD; current = OLD; generation++; phase = admitted
     }

  :: atomic {
       MINE && !in_hand && phase == admitted ->
       kind = redeploy; c = current; token = TOKEN; t = 0; in_hand = true; phase = ordered
     }

  /* Only what is seen counts; an order that is not seen obeyed is given again. */
  :: atomic {
       MINE && !in_hand && phase == ordered ->
       if
       :: running == current -> phase = proven
       :: else -> phase = admitted
       fi
     }

  :: atomic {
       MINE && !in_hand && phase == proven ->
       seen_new[0] = false; seen_new[1] = false; phase = writing;
#ifndef NO_INTENT
       intent_open = true
#endif
     }

  /* A tag is written only when nothing that was sent to it can still land. */
  :: atomic {
       MINE && !in_hand && phase == writing && !seen_new[0] && !in_doubt[0] ->
       kind = write; c = current; token = TOKEN; t = 0; in_hand = true;
#ifndef NO_DURABLE_EFFECT
       in_doubt[0] = true
#endif
     }
  :: atomic {
       MINE && !in_hand && phase == writing && !seen_new[1] && !in_doubt[1] ->
       kind = write; c = current; token = TOKEN; t = 1; in_hand = true;
#ifndef NO_DURABLE_EFFECT
       in_doubt[1] = true
#endif
     }

  /* What was let through goes out, however long that takes. */
  :: atomic {
       alive[me] && in_hand ->
       assert(kind != write || !LATE_WRITE_TO(t));
       send(kind, c, token, t);
       in_hand = false;
       if
       :: kind == write && answered && lead == me ->
            in_doubt[t] = false;
            seen_new[t] = (tag[t] == c && c == current)
       :: else -> skip
       fi
     }

  /* The lock-delay is over, and the tag is read. */
  :: atomic {
       MINE && !in_hand && in_doubt[0] && IS_COOL(0) ->
       in_doubt[0] = false; seen_new[0] = (tag[0] == current && phase == writing)
     }
  :: atomic {
       MINE && !in_hand && in_doubt[1] && IS_COOL(1) ->
       in_doubt[1] = false; seen_new[1] = (tag[1] == current && phase == writing)
     }

  :: atomic {
       MINE && !in_hand && phase == writing && seen_new[0] && seen_new[1] ->
       phase = idle; intent_open = false
     }

  :: atomic { !alive[me] -> break }
  :: atomic { MINE && phase == idle && !in_hand && newest == NEW && crashed -> break }
  od
}

/* Once, at any point: the leader dies. With LEASE it is only taken for dead. */
proctype Crash() {
  atomic {
    lead != NOBODY ->
    crashed = true;
#ifndef LEASE
    alive[lead] = false;
#endif
    lead = NOBODY
  }
}

/* I3: a channel whose tags differ has an open intent. */
proctype Monitor() {
end:
  atomic { tag[0] != tag[1] && !intent_open -> assert(false) }
}

init {
  atomic { alive[0] = true; alive[1] = true; run Controller(0); run Controller(1); run Crash(); run Monitor() }
}

/* L3, L1: in the end both tags show the newest candidate, for good, and no intent is open. */
ltl heals { <> [] (tag[0] == NEW && tag[1] == NEW && !intent_open) }

#endif
