//! The help that teaches: examples that work on the policies of the repository, exit statuses, forms of time.

pub(crate) const BAILIWICK: &str = "\
Examples:
  bailiwick check -p policies/runai-2.13.yaml -p policies/acme.yaml --subject user:ana@acme.io \\
      --action read --kind job --scope acme/vision/detector --no-groups
  bailiwick test policies/*.cases.yaml
  bailiwick matrix -p policies/runai-2.13.yaml

Each command has a page of its own: bailiwick check --help

Exit status: 0 yes (allowed; all cases pass; no errors), 1 no, 2 something is wrong with the
question or the files, which is told on standard error.";

pub(crate) const CHECK: &str = "\
Example:
  bailiwick check -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --subject user:ana@acme.io --action create --kind job --scope acme/vision/detector \\
      --cluster west --context network=corporate --no-groups

Prints `allow` or `deny` and the reason, and in the next line what the decision rests on.

TIME is RFC 3339 with an offset (2026-03-10T12:00:00Z, 2026-03-10T13:00:00+01:00) or whole seconds
since the epoch (1773144000). Attributes have the type that the policy declares: text as it
stands, numbers, true or false, times in either form, lists with commas or by repeating the
option.

A name that nobody knows is no error: it is denied, and the answer says which. Without --group and
--no-groups the groups are not known, and then a deny for a group may deny.

Exit status: 0 allow, 1 deny, 2 the files or the arguments are wrong.";

pub(crate) const EXPLAIN: &str = "\
Example:
  bailiwick explain -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --subject user:kurt@acme.io --action delete --kind job --scope acme/language/assistant \\
      --cluster west --context network=corporate --resource owner=user:kurt@acme.io --no-groups

Takes the arguments of `check` and prints its decision as a tree: the access rules that apply,
those that lack one thing and which, the deny rules and the restrictions, with the values that
their conditions saw. TIME as for `check`.

An explanation tells what exists. It is for those who run the system, not for those who are
denied.

Exit status: 0 allow, 1 deny, 2 the files or the arguments are wrong.";

pub(crate) const TEST: &str = "\
Examples:
  bailiwick test policies/*.cases.yaml
  bailiwick test policies/acme.cases.yaml --coverage

A file of cases names its policy and asks questions with the answers that are expected:

  policy: [runai-2.13.yaml, acme.yaml]
  cases:
    - { name: ana reads her jobs, subject: user:ana@acme.io, action: read, kind: job,
        scope: acme/vision/detector, groups: [], at: 2026-03-10T12:00:00Z, expect: allow }

A cell of the matrix (a role, a kind, an action) is touched when a case asks the kind and the
action at or below the scope of a rule with that role, and the rule applies or lacks at most one
other thing.

Exit status: 0 all pass, 1 some fail, 2 the files or the arguments are wrong.";

pub(crate) const MATRIX: &str = "\
Examples:
  bailiwick matrix -p policies/runai-2.13.yaml
  bailiwick matrix -p policies/runai-2.13.yaml --format csv

Exit status: 0 printed, 2 the files or the arguments are wrong.";

pub(crate) const LINT: &str = "\
Example:
  bailiwick lint -p policies/runai-2.13.yaml -p policies/acme.yaml

Every finding has a code, a place and, mostly, help. Errors refuse what they stand in; warnings
are worth a look.

Exit status: 0 nothing but warnings, 1 errors, 2 a file cannot be read or the arguments are wrong.";

pub(crate) const ASSIGN: &str = "\
Examples:
  bailiwick assign -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --actor user:dana@acme.io --actor-no-groups \\
      --subject user:milo@acme.io --role researcher --scope acme/vision/detector
  bailiwick assign -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --actor user:mara@acme.io --actor-no-groups --remove \\
      --subject user:vera@acme.io --role viewer --scope acme

Answers every subject with every role at every scope, one by one: approved, or refused with the
code and what was missing. Each answer counts with those before it.

Without --write nothing changes. With it the directory, with all that was approved and without
what was refused, is written to a new file that then takes the place of FILE. The comments of an
earlier file are lost. What would not load again to the same is not written, so the policy and
each tenant's directory must be in files of their own.

Two rights are needed in a department or project: to give the role, and to place somebody there.
docs/delegation.md explains it. To remove takes the same rules, with the same clusters and times.
Without --actor-group and --actor-no-groups the groups are not known: they give nothing, and a
deny for a group may deny. TIME as for `check`.

Exit status: 0 all approved, 1 some refused (what was approved is still written), 2 the files or
the arguments are wrong, or FILE cannot be written.";

pub(crate) const MAY_ASSIGN: &str = "\
Example:
  bailiwick may-assign -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --actor user:dana@acme.io --actor-no-groups --scope acme/vision/detector

Prints the roles that the actor could give at the scope: to which kinds of subject, on which
clusters (`all`, or each of those listed by itself), and for how long at most.

Exit status: 0 some, 1 none, 2 the files or the arguments are wrong, or there is no such scope.";

pub(crate) const COVERS: &str = "\
Example:
  bailiwick covers -p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z \\
      --holder user:pia@acme.io --holder-no-groups --role ml_engineer --scope acme/platform/serving

Says whether the holder has, there and now, every permission that the role would give. A strict
policy asks this of whoever gives a role.

Exit status: 0 yes, 1 no, 2 the files or the arguments are wrong, or a name is not there.";

pub(crate) const LOAD: &str = "\
Example:
  bailiwick load -p policies/runai-2.13.yaml --feed policies/zenith.jsonl

A feed is taken entry by entry, whatever their order. A bad entry is left out and reported; one
that denies, or may, closes its tenant, until a good entry of the same id mends it or an entry
`withdrawn` takes it out. Findings, and the tenants that are closed, are told with their lines.

Exit status: 0 all was taken, 1 something was left out or a tenant is closed, 2 the files or the
arguments are wrong.";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  bailiwick completions bash > ~/.local/share/bash-completion/completions/bailiwick
  bailiwick completions fish > ~/.config/fish/completions/bailiwick.fish";
