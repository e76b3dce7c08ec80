//! Who reads which space, and who writes which kind of document into it: DESIGN.md §4, of the branch B1.
//!
//! Read by [`People`] and [`Kinds`], checked against the server in `matrix`.

use hongqi_core::document::{
    Kind::{self, *},
    ORGANISE, PUBLISH, RECEIVE,
};
use hongqi_core::role::Role;
use hongqi_core::sync::wire::Refusal;

/// The spaces, as the columns of both tables name them. `above` is the desk of C1, the organisation above B1: nobody
/// writes there in this table.
pub const SPACES: [&str; 10] =
    ["board", "desk", "above", "standing", "thread", "gathering", "group", "case", "personal", "server"];

/// Who, number in the member books, what the person may do in B1, and of each space:
///
/// | | |
/// |---|---|
/// | `W` | reads it whole |
/// | `f` | through the filter, and sees what the asker of leave has written there |
/// | `F` | through the filter, and sees nothing of it |
/// | `k` | reads nothing, but may come back, and so may know that there is such a space |
/// | `.` | reads nothing and learns nothing, not even whether it exists |
const READS: &str = "
who               number role      board desk above standing thread gathering group case personal server
asker             1001   member      W    f     f      W       W       W        .    W      W       .
opener            1002   member      W    F     F      W       W       W        W    .      .       .
member            1003   member      W    F     F      W       W       W        .    .      .       .
participant       1004   member      W    F     F      W       W       W        W    .      .       .
sent_away         1005   member      W    F     F      W       W       W        .    .      .       .
left_the_group    1006   member      W    F     F      W       W       W        k    .      .       .
host              1007   host        W    F     F      W       W       W        .    .      .       .
instructor        1008   instructor  W    F     F      W       W       W        .    .      .       .
organiser         1009   organiser   W    W     F      W       W       W        .    W      .       .
editor            1010   editor      W    W     F      W       W       W        .    W      .       .
avoided           1011   deputy      W    W     F      W       W       W        .    .      .       .
only_flagged      1012   deputy      W    W     F      W       W       W        .    W      .       .
secretary         1013   secretary   W    W     f      W       W       W        .    W      .       .
was_organiser     1014   member      W    F     F      W       W       W        .    .      .       .
role_has_lapsed   1017   member      W    F     F      W       W       W        .    .      .       .
probationary      1015   no_vote     W    F     F      W       W       W        .    .      .       .
moved_to_B2       1016   nothing     .    .     F      .       .       .        .    .      .       .
of_B2             2001   nothing     .    .     F      .       .       .        .    .      .       .
secretary_of_B2   2002   nothing     .    .     F      .       .       .        .    .      .       .
guest_of_B2       2003   nothing     .    .     F      .       .       .        W    .      .       .
of_C1             3001   nothing     .    .     F      .       .       .        .    .      .       .
host_of_C1        3004   host        W    F     F      .       W       W        .    .      .       .
organiser_of_C1   3002   organiser   W    W     W      .       W       W        .    W      .       .
secretary_of_C1   3003   secretary   W    W     W      W       W       W        .    W      .       .
secretary_of_Z1   4001   secretary   W    W     W      W       W       W        .    W      .       .
root_of_Z1        4002   secretary   W    W     W      W       W       W        .    W      .       .
secretary_of_B3   5001   nothing     .    .     .      .       .       .        .    .      .       .
root_of_C2        5002   nothing     .    .     .      .       .       .        .    .      .       .
";

/// What a reader's device may begin, each under its own member's name; to who does not read, everything is
/// [`Refusal::NoSpace`].
///
/// | | |
/// |---|---|
/// | `r` | every reader |
/// | `h`, `o`, `e` | from a host's, an organiser's, an editor's role on |
/// | `v` | full members; others have [`Refusal::NoVote`] |
/// | `s` | who opened the group |
/// | `d`, `a` | the desk, the asker |
/// | `k` | every reader, and who left and may come back |
/// | `-` | nobody: [`Refusal::NotAllowed`] |
/// | `x` | no document of this kind stands there, or only the server writes it: [`Refusal::Malformed`] |
const WRITES: &str = "
kind               board desk standing thread gathering group case personal
OrgCard              x    x     x       x       x        x     x     x
MemberCard           x    x     x       x       x        x     x     x
Officer              x    x     x       x       x        x     x     x
Grant                x    x     x       x       x        x     x     x
Seat                 x    x     x       x       x        x     x     x
Article              e    x     x       x       x        x     x     x
Activity             o    x     x       x       x        x     x     x
Gathering            o    x     x       x       x        x     x     x
Roster               o    x     x       x       x        x     x     x
Resolution           o    x     x       x       x        x     x     x
Door                 h    x     x       x       x        x     x     x
Acknowledgement      x    r     x       x       x        x     x     x
CheckIn              x    r     x       x       x        x     x     x
LeaveRequest         x    r     x       x       x        x     x     x
Vote                 x    v     x       x       x        x     x     x
Scan                 x    h     x       x       x        x     x     x
Guests               x    h     x       x       x        x     x     x
RollMark             x    o     x       x       x        x     x     x
Message              x    x     r       r       r        r     r     x
ReactionSheet        x    x     r       r       r        r     r     x
Participant:self     x    x     -       -       -        k     -     x
Participant:other    x    x     -       -       -        s     -     x
CaseStep:closed      x    x     -       -       -        -     r     x
CaseStep:answered    x    x     -       -       -        -     d     x
CaseStep:handed      x    x     -       -       -        -     d     x
CaseStep:reopened    x    x     -       -       -        -     a     x
CaseStep:forgiven    x    x     -       -       -        -     -     x
Group                x    x     x       x       x        x     x     x
Case                 x    x     x       x       x        x     x     x
ReadMark             x    x     x       x       x        x     x     r
Bookmark             x    x     x       x       x        x     x     r
Mute                 x    x     x       x       x        x     x     r
Draft                x    x     x       x       x        x     x     r
";

/// Whom the server does not even hear: they learn nothing, and nothing that they push is looked at.
pub const TURNED_AWAY: [(&str, &str); 4] = [
    ("no longer a member", "Revoked"),
    ("a device that was revoked", "Revoked"),
    ("a device of another server", "Unauthenticated"),
    ("a key that nobody enrolled", "Unauthenticated"),
];

/// A row of who reads.
#[derive(Debug, Clone)]
pub struct Row {
    pub who: &'static str,
    pub number: &'static str,
    role: &'static str,
    access: Vec<char>,
}

/// A row of who writes.
#[derive(Debug, Clone)]
pub struct Kinds {
    pub kind: Kind,
    /// Which of a kind of which it matters.
    pub which: &'static str,
    who: Vec<char>,
}

fn lines(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|line| !line.is_empty()).skip(1).map(|line| line.split_whitespace().collect())
}

fn letters(words: &[&str]) -> Vec<char> {
    words.iter().map(|word| word.parse().unwrap()).collect()
}

pub fn people() -> Vec<Row> {
    let row = |words: Vec<&'static str>| {
        assert_eq!(words.len(), 3 + SPACES.len(), "{words:?}");
        Row { who: words[0], number: words[1], role: words[2], access: letters(&words[3..]) }
    };
    lines(READS).map(row).collect()
}

pub fn kinds() -> Vec<Kinds> {
    let row = |words: Vec<&'static str>| {
        let (name, which) = words[0].split_once(':').unwrap_or((words[0], ""));
        let kind = Kind::ALL.into_iter().find(|kind| format!("{kind:?}") == name).unwrap();
        assert_eq!(words.len(), 9, "{words:?}");
        Kinds { kind, which, who: letters(&words[1..]) }
    };
    let rows: Vec<_> = lines(WRITES).map(row).collect();
    assert!(Kind::ALL.into_iter().all(|kind| rows.iter().any(|row| row.kind == kind)), "every kind is in the table");
    rows
}

impl Row {
    fn access(&self, space: &str) -> char {
        self.access[SPACES.iter().position(|known| *known == space).unwrap()]
    }

    /// Reads something of it, perhaps nothing of what is there.
    pub fn reads(&self, space: &str) -> bool {
        matches!(self.access(space), 'W' | 'f' | 'F')
    }

    pub fn is_filtered(&self, space: &str) -> bool {
        matches!(self.access(space), 'f' | 'F')
    }

    /// Sees what was written there.
    pub fn sees(&self, space: &str) -> bool {
        matches!(self.access(space), 'W' | 'f')
    }

    pub fn may_know(&self, space: &str) -> bool {
        self.access(space) != '.'
    }

    fn holds(&self, least: Role) -> bool {
        let role = match self.role {
            "host" => Role::Host,
            "instructor" => Role::Instructor,
            "organiser" => Role::Organiser,
            "editor" => Role::Editor,
            "deputy" => Role::DeputySecretary,
            "secretary" => Role::Secretary,
            _ => Role::Member,
        };
        role >= least
    }

    /// What the server says to a new document.
    pub fn writes(&self, space: &str, kinds: &Kinds) -> Result<(), Refusal> {
        let column = SPACES.into_iter().filter(|space| !["above", "server"].contains(space));
        let who = kinds.who[column.clone().position(|known| known == space).unwrap()];
        let readers = if self.reads(space) { Err(Refusal::NotAllowed) } else { Err(Refusal::NoSpace) };
        let may = match who {
            'x' if self.may_know(space) => return Err(Refusal::Malformed),
            'k' => self.may_know(space),
            _ if !self.reads(space) => false,
            'r' => true,
            'h' => self.holds(RECEIVE),
            'o' => self.holds(ORGANISE),
            'e' => self.holds(PUBLISH),
            'v' if self.role == "no_vote" => return Err(Refusal::NoVote),
            'v' => true,
            's' => self.who == "opener",
            'a' => self.who == "asker",
            'd' => self.who != "asker",
            '-' | 'x' => false,
            _ => panic!("{who}"),
        };
        if may { Ok(()) } else { readers }
    }

    /// As [`Row::writes`], of a further change of somebody's document that is there.
    pub fn alters(&self, space: &str, kind: Kind, own: bool) -> Result<(), Refusal> {
        let may = match kind {
            Article => self.holds(PUBLISH),
            Activity | Gathering | Roster | Resolution => self.holds(ORGANISE),
            RollMark => own && self.holds(ORGANISE),
            Door | Scan | Guests => own && self.holds(RECEIVE),
            // A step is taken once; the server's own are nobody's.
            CaseStep | OrgCard | MemberCard | Officer | Grant | Seat => false,
            _ => own,
        };
        match self.reads(space) || (kind == Participant && self.may_know(space)) {
            true if may => Ok(()),
            _ if !self.reads(space) => Err(Refusal::NoSpace),
            // What does not pass the filter is as unknown as what is not there.
            _ if !self.sees(space) => Err(Refusal::UnknownDocument),
            _ => Err(Refusal::NotAllowed),
        }
    }
}
