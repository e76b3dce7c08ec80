//! Finding an expected person by name, pinyin, initials, or a mixture: `张伟`, `zhangwei`, `zw`, `zhw`.
//!
//! A character counts with every reading it has: 单 is found as `shan`, `dan` and `chan`. The `ü` of 吕 is typed `v` or `u`,
//! `yu` as in passports, or as it is. Full-width letters, capitals and accents make no difference.

use pinyin::ToPinyinMulti;
use serde::Serialize;

use super::Presence;
use crate::error::{Error, Result};
use crate::ids::{DocId, MemberId, OrgId};
use crate::outbox::refused_sql;
use crate::search::fold;

/// The longest query, in bytes of UTF-8.
const MAX_QUERY: usize = 128;
/// The most that are shown.
const MAX_FOUND: usize = 50;
/// So many characters of a name are looked at.
const MAX_NAME: usize = 64;

/// A person expected at an activity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExpectedView {
    /// The member.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The home organisation: two may have one name.
    pub home: OrgId,
    /// What that is called; empty if unknown here.
    pub home_name: String,
    /// Whether this phone knows the person to have come, and not to have gone.
    pub present: bool,
}

impl Presence<'_> {
    /// The expected people whose name begins with, contains or is pronounced as `query`, those first whose name begins
    /// so; everybody for an empty one. At most 50. Names are here after [`Presence::prepare_door`].
    ///
    /// # Errors
    /// [`Error::Invalid`] for more than 128 bytes.
    pub fn find_expected(&self, activity: DocId, query: &str) -> Result<Vec<ExpectedView>> {
        if query.len() > MAX_QUERY {
            return Err(Error::Invalid { field: "query", reason: "too long" });
        }
        let query = typed(query);
        self.store.read(|connection| {
            let mut statement = connection.prepare_cached(concat!(
                "SELECT m.id, m.name, m.home, coalesce(o.name, ''), ",
                there_sql!("m.id"),
                " FROM member m LEFT JOIN org o ON o.id = m.home
                 WHERE m.id IN (SELECT member FROM roster WHERE activity = ?1) ORDER BY m.name, m.id"
            ))?;
            let mut rows = statement.query([activity])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let name: String = row.get(1)?;
                if let Some(at) = place(&name, &query) {
                    let (member, home, home_name, present) = (row.get(0)?, row.get(2)?, row.get(3)?, row.get(4)?);
                    found.push((at > 0, ExpectedView { member, name, home, home_name, present }));
                }
            }
            found.sort_by_key(|(later, _)| *later);
            Ok(found.into_iter().map(|(_, view)| view).take(MAX_FOUND).collect())
        })
    }
}

/// The letters of a query or a name, as they are compared: an `ü` that was typed is one that is read.
fn typed(text: &str) -> Vec<char> {
    let folded = fold(&text.replace(['ü', 'Ü'], "v"));
    folded.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// How a character may be typed.
fn readings(c: char) -> Vec<Vec<char>> {
    let mut out = vec![fold(c.encode_utf8(&mut [0; 4])).chars().collect::<Vec<char>>()];
    let plain = c.to_pinyin_multi().into_iter().flatten().map(|reading| reading.plain());
    let plain = plain.chain((c == 'ü' || c == 'Ü').then_some("ü"));
    for reading in plain {
        for letter in ["v", "u", "yu"] {
            let typed = reading.replace('ü', letter).chars().collect();
            if !out.contains(&typed) {
                out.push(typed);
            }
        }
    }
    out
}

/// At which character of the name the query begins to be met, if anywhere: each character by the beginning of one of its
/// readings, one letter at least.
fn place(name: &str, query: &[char]) -> Option<usize> {
    let name: Vec<_> = name.chars().filter(|c| c.is_alphanumeric()).take(MAX_NAME).map(readings).collect();
    (0..name.len().max(1)).find(|start| meets(&name[(*start).min(name.len())..], query))
}

fn meets(name: &[Vec<Vec<char>>], query: &[char]) -> bool {
    // How much of the query may have been used up before each character.
    let mut used = vec![false; query.len() + 1];
    used[0] = true;
    for readings in name {
        if used[query.len()] {
            return true;
        }
        let mut next = vec![false; query.len() + 1];
        for (at, _) in used.iter().enumerate().filter(|(_, reached)| **reached) {
            for reading in readings {
                let same = reading.iter().zip(&query[at..]).take_while(|(a, b)| a == b).count();
                next[at + 1..=at + same].fill(true);
            }
        }
        used = next;
    }
    used[query.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(name: &str, query: &str) -> bool {
        place(name, &typed(query)).is_some()
    }

    #[test]
    fn a_person_is_found_by_name_pinyin_and_initials() {
        for query in ["张伟", "张", "伟", "zhangwei", "zhang", "zw", "zhw", "zhangw", "wei", "zwei", "张wei", ""] {
            assert!(found("张伟", query), "{query}");
        }
        for query in ["李", "zhangli", "wz", "zhangweii", "zwx", "hang"] {
            assert!(!found("张伟", query), "{query}");
        }
    }

    #[test]
    fn a_surname_is_found_by_any_of_its_readings() {
        for (name, queries) in [
            ("单雄信", &["shanxiongxin", "danxx", "chan"][..]),
            ("曾国藩", &["zeng", "ceng"]),
            ("解珍", &["xiezhen", "jie"]),
            ("仇英", &["qiu", "chouying"]),
            ("区伟", &["ouwei", "qu"]),
            ("吕布", &["lvbu", "lubu", "lübu", "LÜBU", "lyubu", "lb"]),
            ("尉迟恭", &["yuchigong", "weichi"]),
            ("万俟咏", &["moqiyong", "mqy", "wansi"]),
            ("查良镛", &["zhaliangyong", "zly", "cha"]),
            ("盖叫天", &["gejt", "gai"]),
            ("朴树", &["piaoshu", "pu"]),
            ("覃怀", &["qinhuai", "tan"]),
            ("翟让", &["zhairang", "di"]),
            ("种师道", &["chongsd", "zhong"]),
            ("乐毅", &["yueyi", "leyi"]),
            ("缪荃孙", &["miaoqs", "mou"]),
            ("员半千", &["yunbq", "yuan"]),
            ("折德扆", &["shed", "zhe"]),
            ("繁钦", &["poqin", "fan"]),
            ("冼星海", &["xianxh"]),
            ("逄先知", &["pangxz"]),
        ] {
            for query in queries {
                assert!(found(name, query), "{name} {query}");
            }
        }
    }

    #[test]
    fn other_writing_is_found_as_it_is() {
        assert!(found("Anna Müller", "anna"));
        for query in ["müller", "muller", "MULLER", "ｍｕｌｌｅｒ"] {
            assert!(found("Anna Müller", query), "{query}");
        }
        for query in ["ＺＷ", "ＺｈａｎｇWei", "zhāng wěi", "zhang'wei", "ZHANG-WEI", "张　伟"] {
            assert!(found("张伟", query), "{query}");
        }
        assert!(found("ＡＢ张", "ab张") && found("ab张", "ＡＢ"));
        assert!(found("买买提·艾力", "mmtal"));
        assert!(!found("", "a"));
        assert!(found("", ""));
    }

    proptest! {
        #[test]
        fn any_beginning_of_any_reading_is_found(name in "[一-龥]{1,4}", letters in 1usize..6) {
            let query: String = name.chars().filter_map(|c| {
                let reading = c.to_pinyin_multi()?.into_iter().last()?.plain().replace('ü', "v");
                Some(reading.chars().take(letters).collect::<String>())
            }).collect();
            let readable = name.chars().all(|c| c.to_pinyin_multi().is_some());
            prop_assert!(!readable || found(&name, &query), "{} {}", name, query);
        }

        #[test]
        fn any_name_and_query_end_quickly(name in "\\PC{0,80}", query in "\\PC{0,60}") {
            let _ = found(&name, &query);
        }
    }
}
