use super::*;

#[test]
fn the_first_cases_are_found_without_looking_at_the_others() {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(include_str!("../store/schema.sql")).unwrap();
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {CASE} {IN_ORDER}")).unwrap();
    let steps: Vec<String> = plan.query_map([50], |row| row.get(3)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
    assert!(steps.iter().any(|step| step.contains("c USING INDEX consultation_order")), "{steps:?}");
    assert!(!steps.iter().any(|step| step.contains("B-TREE FOR ORDER BY")), "{steps:?}");
}
