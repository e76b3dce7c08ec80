//! Messages of about 118 Chinese characters, put together from stock phrases.
//!
//! Bare texts of them pack to the 44 bytes a message (zstd-3, all in one) that earlier measurements had.

use std::sync::LazyLock;

const WORDS: &str = "支部 党员 会议 活动 学习 园区 企业 车间 泵阀 检修 设备 安全 生产 班组 质量 工人 书记 组织 委员 材料 \
    通知 安排 时间 地点 上午 下午 明天 今天 本周 下周 请假 签到 准备 发言 讨论 意见 建议 问题 办法 完成 计划 总结 报告 \
    文件 精神 群众 服务 志愿 社区 走访 困难 家庭 慰问 困扰 培训 技能 竞赛 创新 专利 攻关 难题 客户 订单 交付 仓库 物流 \
    夜班 早班 轮换 食堂 宿舍 班车 停车 消防 演练 检查 整改 隐患 台账 记录 照片 签字 审批 流程 平台 手机 下载 更新 \
    我们 你们 大家 他们 这个 那个 已经 还是 可以 应该 必须 尽量 马上 稍后 一起 分别 关于 根据 按照 为了 因为 所以 如果 \
    但是 不过 然后 最后 首先 其次 另外 同时 负责 联系 参加 组织 邀请 感谢 辛苦 收到 明白 同意 确认 修改 补充 提交 \
    pump PLC ERP 3号楼 15点 8月 2026年 A区 B-12 100% 第二 三次";

/// What people say again and again.
static PHRASES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut rng = fastrand::Rng::with_seed(0);
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let phrase = |_| (0..rng.usize(2..6)).map(|_| words[rng.usize(..words.len())]).collect();
    (0..1_500).map(phrase).collect()
});

/// A message.
pub fn message(rng: &mut fastrand::Rng) -> String {
    let wanted = rng.usize(20..208);
    let mut text = String::new();
    let mut length = 0;
    while length < wanted {
        let phrase = &PHRASES[rng.usize(..PHRASES.len())];
        text.push_str(phrase);
        text.push('，');
        length += phrase.chars().count() + 1;
    }
    text
}

/// So many messages, the same for the same seed.
pub fn messages(seed: u64, count: usize) -> Vec<String> {
    let mut rng = fastrand::Rng::with_seed(seed);
    (0..count).map(|_| message(&mut rng)).collect()
}

/// What the search index holds of a text: words, and pairs of neighbours in Chinese. As `core/src/search/tokens.rs`.
pub fn tokens(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() * 2);
    let chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for (index, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            continue;
        }
        out.push(*c);
        let next = chars.get(index + 1).copied().unwrap_or(' ');
        if chinese(*c) {
            if chinese(next) {
                out.push(next);
            }
            out.push(' ');
        } else if !next.is_alphanumeric() || chinese(next) {
            out.push(' ');
        }
    }
    out
}
