/**
 * Passwords of twelve characters and more that stand in every list of leaked ones, in lower case:
 * words and walks over the keyboard. Repetitions and sequences are found by rule.
 */
export const LEAKED_PASSWORDS: ReadonlySet<string> = new Set(
  `123456789abc 1234567890ab 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i q1w2e3r4t5y6 qwerty123456
  qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopasdfghjkl asdfghjkl123 asdfghjkl;'\\ zxcvbnm12345
  1qaz2wsx3edc 1qaz2wsx3edc4rfv zaq12wsxcde3 qazwsxedcrfv 123qweasdzxc qweasdzxc123 abcd12345678
  abc123abc123 aaa111aaa111 password1234 password12345 password123456 password123! password1234!
  passwordpassword p@ssw0rd1234 p@ssword1234 pa$$word1234 passw0rd1234 mypassword123 changeme1234
  changeme123! administrator administrator1 adminadmin12 adminadmin123 admin1234567 admin12345678
  admin@123456 admin123admin rootroot1234 letmein12345 letmein123456 welcome12345 welcome123456
  welcome1234! iloveyou1234 iloveyou12345 iloveyou1314 iloveyousomuch iloveyouforever princess1234
  sunshine1234 football1234 baseball1234 superman1234 trustno1trustno1 dragon123456 monkey123456
  shadow123456 master123456 michael12345 computer1234 internet1234 starwars1234 pokemon12345
  samsung12345 samsung123456 korea1234567 korea20022002 seoul1234567 test12345678 testtest1234
  testpassword temporary123 temppassword default12345 secret123456 supersecret1 supersecret123
  correcthorsebatterystaple correct horse battery staple thequickbrownfox quickbrownfox parking12345
  parkinglot123 operator1234 operator12345 binjari12345 binjari123456 jeonju123456 mustang12345
  liverpool123 liverpool1234 manchester123 chelsea12345 barcelona123 realmadrid123 naruto123456
  minecraft123 fortnite1234 facebook1234 google123456 whatever1234 freedom12345 hello1234567
  helloworld12 helloworld123 loveyou12345 lovelove1234 qpwoeiruty12 147258369147 159753159753
  741852963741 789456123789 987654321abc 0987654321qw 112233445566 a1b2c3d4e5f6 a1s2d3f4g5h6
  qwe123qwe123 zxc123zxc123 asd123asd123 dkssudgktpdy dkssudgktpdy1 tkfkdgody123 rkskekfk1234
  qlalfqjsgh12 qlalfqjsgh1234`
    .split(/\n\s*|(?<!correct|horse|battery) /)
    .filter((password) => password !== ''),
);
