extension View {
    public func font(_ font: Font?) -> some View { Modified() }
    public func fontWeight(_ weight: Font.Weight?) -> some View { Modified() }
    public func bold(_ isActive: Bool = true) -> some View { Modified() }
    public func strikethrough(_ isActive: Bool = true) -> some View { Modified() }
    public func foregroundStyle(_ style: some ShapeStyle) -> some View { Modified() }
    public func background(_ style: some ShapeStyle) -> some View { Modified() }
    public func background(_ style: some ShapeStyle, in shape: some Shape) -> some View { Modified() }
    public func tint(_ tint: Color?) -> some View { Modified() }
    public func padding(_ length: CGFloat? = nil) -> some View { Modified() }
    public func aspectRatio(_ ratio: CGFloat?, contentMode: ContentMode) -> some View { Modified() }
    public func lineLimit(_ number: Int?) -> some View { Modified() }
    public func lineLimit(_ range: ClosedRange<Int>) -> some View { Modified() }
    public func lineLimit(_ range: PartialRangeFrom<Int>) -> some View { Modified() }
    public func multilineTextAlignment(_ alignment: TextAlignment) -> some View { Modified() }
    public func textSelection(_ selectability: TextSelectability) -> some View { Modified() }
    public func badge(_ count: Int) -> some View { Modified() }
    public func id<ID: Hashable>(_ id: ID) -> some View { Modified() }
    public func tag<Value: Hashable>(_ tag: Value) -> some View { Modified() }
    public func disabled(_ disabled: Bool) -> some View { Modified() }
    public func animation<Value: Equatable>(_ animation: Animation?, value: Value) -> some View { Modified() }
    public func frame(
        minHeight: CGFloat? = nil, maxWidth: CGFloat? = nil, alignment: Alignment = .center
    ) -> some View { Modified() }

    public func listStyle(_ style: ListStyle) -> some View { Modified() }
    public func buttonStyle(_ style: ButtonStyle) -> some View { Modified() }
    public func labelStyle(_ style: LabelStyle) -> some View { Modified() }
    public func textFieldStyle(_ style: TextFieldStyle) -> some View { Modified() }
    public func autocorrectionDisabled() -> some View { Modified() }
    public func defaultScrollAnchor(_ anchor: UnitPoint?) -> some View { Modified() }

    public func navigationTitle(_ title: some StringProtocol) -> some View { Modified() }
    public func toolbar(@ViewBuilder content: () -> some View) -> some View { Modified() }
    public func toolbar(@ToolbarContentBuilder content: () -> some ToolbarContent) -> some View { Modified() }
    public func tabItem(@ViewBuilder _ label: () -> some View) -> some View { Modified() }
    public func overlay(@ViewBuilder content: () -> some View) -> some View { Modified() }
    public func safeAreaInset(edge: VerticalEdge, @ViewBuilder content: () -> some View) -> some View { Modified() }
    public func swipeActions(@ViewBuilder content: () -> some View) -> some View { Modified() }
    public func contextMenu(@ViewBuilder menuItems: () -> some View) -> some View { Modified() }
    public func searchable(text: Binding<String>) -> some View { Modified() }
    public func searchable(text: Binding<String>, prompt: some StringProtocol) -> some View { Modified() }
    public func sheet(isPresented: Binding<Bool>, @ViewBuilder content: @escaping () -> some View) -> some View { Modified() }
    public func navigationDestination<Value: Hashable>(
        for type: Value.Type, @ViewBuilder destination: @escaping (Value) -> some View
    ) -> some View { Modified() }
    public func navigationDestination<Value: Hashable>(
        item: Binding<Value?>, @ViewBuilder destination: @escaping (Value) -> some View
    ) -> some View { Modified() }
    public func alert(
        _ title: some StringProtocol, isPresented: Binding<Bool>, @ViewBuilder actions: () -> some View,
        @ViewBuilder message: () -> some View
    ) -> some View { Modified() }

    public func confirmationDialog(
        _ title: some StringProtocol, isPresented: Binding<Bool>, titleVisibility: Visibility = .automatic,
        @ViewBuilder actions: () -> some View, @ViewBuilder message: () -> some View
    ) -> some View { Modified() }

    public func task(_ action: @escaping @Sendable @MainActor () async -> Void) -> some View { Modified() }
    public func task<ID: Equatable>(id: ID, _ action: @escaping @Sendable @MainActor () async -> Void) -> some View { Modified() }
    public func refreshable(action: @escaping @Sendable @MainActor () async -> Void) -> some View { Modified() }
    public func onDisappear(perform action: @escaping () -> Void) -> some View { Modified() }
    public func onChange<Value: Equatable>(
        of value: Value, initial: Bool = false, _ action: @escaping (Value, Value) -> Void
    ) -> some View { Modified() }

    public func accessibilityElement(children: AccessibilityChildBehavior = .ignore) -> some View { Modified() }
    public func accessibilityLabel(_ label: some StringProtocol) -> some View { Modified() }
    public func accessibilityHint(_ hint: some StringProtocol) -> some View { Modified() }
    public func accessibilityAddTraits(_ traits: AccessibilityTraits) -> some View { Modified() }
}
