use super::fake::URL;
use super::*;
use crate::ids::MemberId;

#[tokio::test(start_paused = true)]
async fn sync_begins_by_itself_after_enrolment() {
    let phone = Phone::new();
    phone.app.resume().await.unwrap();
    phone.reaches(AppState::NotEnrolled).await;
    assert_eq!(phone.app.background_run(MINUTE).await, Err(RunError::NotReady));
    let me = phone.app.enrol(" https://server.example/ ", " code\n").await.unwrap();
    assert_eq!(me.member, MemberId::from_number("1001"));
    assert_eq!(phone.app.core().me(), Ok(me));
    assert_eq!(phone.app.core().directory().member(me.member).unwrap().unwrap().name, "李敏");
    assert_eq!(phone.app.core().server_url(), Ok(Some(URL.into())));
    let enrolled_at = Instant::now();
    phone.reaches(AppState::Idle { live: true }).await;
    assert!(enrolled_at.elapsed() < Duration::from_secs(1) && phone.exchanges() > 0);
    // The same again, after a lost answer for instance.
    assert_eq!(phone.app.enrol(URL, "code").await, Ok(me));
}

#[tokio::test(start_paused = true)]
async fn an_enrolment_that_nobody_waits_for_happens_all_the_same() {
    let phone = Phone::new();
    phone.app.resume().await.unwrap();
    drop(phone.app.enrol(URL, "code"));
    phone.reaches(AppState::Idle { live: true }).await;
    assert!(phone.app.core().me().is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_error_says_what_can_be_done() {
    let phone = Phone::new();
    assert_eq!(phone.app.enrol(URL, "code").await, Err(EnrolError::Store(Error::Paused)), "resume first");
    phone.app.resume().await.unwrap();
    for url in ["", "server.example", "http://server.example", "ftp://server.example", "https://server.example/path"] {
        assert_eq!(phone.app.enrol(url, "code").await, Err(EnrolError::BadUrl), "{url}");
    }
    for code in ["", " \n", &"x".repeat(1000)] {
        assert_eq!(phone.app.enrol(URL, code).await, Err(EnrolError::InvalidCode));
    }
    assert_eq!(phone.app.enrol(URL, "forged").await, Err(EnrolError::Protocol));
    let soon = Some(MINUTE);
    for (error, expected, retryable) in [
        (TransportError::Offline, EnrolError::Offline, true),
        (TransportError::Timeout, EnrolError::Offline, true),
        (TransportError::Tls, EnrolError::Tls, true),
        (TransportError::Protocol, EnrolError::Protocol, true),
        (refused(FailureCode::InvalidInvitation, None), EnrolError::InvalidCode, false),
        (refused(FailureCode::UnsupportedVersion, None), EnrolError::Outdated, false),
        (refused(FailureCode::Revoked, None), EnrolError::Revoked, false),
        (refused(FailureCode::RateLimited, soon), EnrolError::Busy { retry_after: soon }, true),
        (refused(FailureCode::Unavailable, None), EnrolError::Busy { retry_after: None }, true),
        (refused(FailureCode::BadRequest, None), EnrolError::Protocol, true),
    ] {
        phone.server.next_fails_with(error);
        let failed = phone.app.enrol(URL, "code").await.unwrap_err();
        assert_eq!(failed.retryable(), retryable, "{failed}");
        assert_eq!(failed, expected);
    }
    phone.reaches(AppState::NotEnrolled).await;
    phone.app.enrol(URL, "code").await.unwrap();
    *phone.server.member.lock().unwrap() = MemberId::from_number("1002");
    assert_eq!(phone.app.enrol(URL, "code").await, Err(EnrolError::OtherMember));
    assert_eq!(phone.app.core().me().unwrap().member, MemberId::from_number("1001"));
}

#[tokio::test(start_paused = true)]
async fn a_pause_before_the_answer_loses_no_more_than_the_call() {
    let phone = Phone::new();
    phone.app.resume().await.unwrap();
    phone.server.hangs.store(true, SeqCst);
    let enrolling = tokio::spawn(phone.app.enrol(URL, "code"));
    while phone.server.in_use.load(SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    phone.app.pause().await.unwrap();
    assert!(!phone.is_open());
    phone.server.hangs.store(false, SeqCst);
    enrolling.abort();
    phone.app.resume().await.unwrap();
    assert!(phone.app.enrol(URL, "code").await.is_ok());
}
